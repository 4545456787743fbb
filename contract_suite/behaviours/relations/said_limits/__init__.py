"""What the sentences of a create limit: one behaviour, and what may be taken in shares."""
