"""Ordering: one behaviour, its clauses and the sorter that judges them."""
