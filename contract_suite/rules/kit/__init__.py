"""What rules share. None of these modules is a rule."""
