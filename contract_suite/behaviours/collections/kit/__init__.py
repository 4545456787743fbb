"""What the behaviours of collections share. None of these modules is a behaviour."""
