"""Checks judge one exchange; one check a file, listed in `catalogue.py`."""
