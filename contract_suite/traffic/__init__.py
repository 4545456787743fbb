"""Traffic that others made: recordings read into exchanges, and a recorder for httpx clients.

This room sends nothing.
"""
