"""What the behaviours of standards share: references followed, requests sent again, and things of the run's own."""
