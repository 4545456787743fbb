"""The words of `x-contract` that need a room of their own; `vocabulary.py` gives them all."""
