"""Keys on their way: which identity has which, where the security schemes put them, and what the user sends himself."""
