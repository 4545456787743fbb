"""Deletes that are refused while something belongs to what they delete: which they are, and whether they are refused."""
