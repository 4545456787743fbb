"""Links from page to page: that they lead on and back, skip nothing, and keep what was asked for."""
