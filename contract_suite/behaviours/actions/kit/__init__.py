"""What the behaviours of actions share. None of these modules is a behaviour."""
