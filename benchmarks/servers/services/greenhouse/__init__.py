"""A register of gardens, the plantings in them and the layout of their beds."""
