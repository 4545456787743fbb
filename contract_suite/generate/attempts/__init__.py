"""What a request that was refused may be tried with: other times, less, or more."""
