"""A finding as a test that needs no toolkit: which requests it takes, what must hold of the last response, and the source text."""
