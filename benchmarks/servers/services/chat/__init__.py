"""A chat with users, channels, threads, an event stream and an administration, in RPC style."""
