"""Makes cases of a contract: examples, boundaries, probes (deterministic), fuzzing.

Knows no family's name and sends nothing.
"""
