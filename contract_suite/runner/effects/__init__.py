"""Whether what a run wrote was ever seen again, so that a server which keeps nothing is not called conformant."""
