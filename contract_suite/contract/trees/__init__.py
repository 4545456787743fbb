"""What a parsed text is kept as: plain values, and where each of them stands."""
