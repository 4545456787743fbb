"""What a request did to things that it doesn't answer with."""
