"""Checks of what refusals and failures say of themselves."""
