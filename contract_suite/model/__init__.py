"""Frozen values that the rooms hand to each other: case, exchange, verdict, finding, clause, run.

This room imports nothing of ours but errors.
"""
