"""Uniqueness: one behaviour, its clauses and its duplicates."""
