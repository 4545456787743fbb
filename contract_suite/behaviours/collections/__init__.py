"""Behaviours of lists: pages, totals, orders, filters."""
