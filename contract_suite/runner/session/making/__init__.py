"""How a session makes things of its own: which ones, for whom, in which state."""
