"""History: runs as rows of figures in a small SQLite file, so that a trend shows."""
