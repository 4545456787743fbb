"""Behaviours drive and judge several exchanges; one behaviour a file, listed in `catalogue.py`."""
