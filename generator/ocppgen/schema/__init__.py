"""From schemas to one set of named definitions."""
