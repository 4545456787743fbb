"""The stages of a run of one contract, and what sends their cases."""
