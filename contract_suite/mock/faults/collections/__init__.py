"""Faults in lists: their pages, order, filters and totals."""
