"""What a run makes at an endpoint, on disk, so that it can be removed whatever becomes of the run."""
