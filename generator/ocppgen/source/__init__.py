"""Reading: bundles, their manifests, errata and versions."""
