"""Files: formatted, compared, recorded, and written all at once."""
