"""What checks share. None of these modules is a check."""
