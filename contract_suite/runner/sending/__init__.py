"""Sending: the endpoint and its budget, connections, and the counting of verdicts."""
