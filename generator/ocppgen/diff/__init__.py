"""What changed between two bundles, and whom it breaks."""
