"""The options of a run: one table, read by every door."""
