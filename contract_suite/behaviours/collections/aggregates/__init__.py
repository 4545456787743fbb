"""What answers say in sum of items: counts, averages and sums of a list, and how its items spread."""
