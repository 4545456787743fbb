"""Unknown resources: one behaviour, its clauses and one module for each part of an address."""
