"""The Actions and their fields as tables."""
