"""Faults in what is created, read, changed and deleted."""
