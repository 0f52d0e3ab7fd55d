"""The rules of the CSMS, without input or output."""
