"""The keys of a run: opened as the options say, fetched, renewed when refused, watched, and shown in `curl` lines.

Where a key stands in a request, and how one is fetched from its source, is in `transport.authentication`.
"""
