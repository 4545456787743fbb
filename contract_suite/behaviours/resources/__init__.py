"""Behaviours of one resource: what is created, read, changed and deleted."""
