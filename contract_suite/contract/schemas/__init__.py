"""Schemas of a document: bundled, compiled, walked, worded."""
