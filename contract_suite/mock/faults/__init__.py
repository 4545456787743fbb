"""Planted faults: small, realistic deviations of the mock, each with the clauses that must find it."""
