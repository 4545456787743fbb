"""Values changed at one place: told in the order of their ranks, and made no sooner than somebody asks for them."""
