"""Probes: requests that could show a guess to be wrong. They read only, but for one thing that is made where none is."""
