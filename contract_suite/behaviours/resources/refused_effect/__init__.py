"""Effects of refused writes: one behaviour, its clauses, its creates and its changes."""
