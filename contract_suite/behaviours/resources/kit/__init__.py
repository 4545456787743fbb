"""What the behaviours of resources share. None of these modules is a behaviour."""
