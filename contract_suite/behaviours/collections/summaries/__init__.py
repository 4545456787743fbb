"""Summaries: reads that show numbers of a list, such as `/orders/summary` beside `/orders`, follow what the list shows."""
