"""Checks of what bodies hold: what their schemas say of them, and what the request asked for."""
