"""Generate a typed Python package from a bundle of OCPP JSON schemas."""

__version__ = "0.1.0"
