"""Immutability: one behaviour, its clauses and the parts of its judgement."""
