"""How things stand to each other: kept below others, attached to them, named or limited by them, or alone at an address."""
