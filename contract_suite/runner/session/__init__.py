"""What the run knows of its endpoint while it goes on: what exists, what is accepted, what must be cleaned up."""
