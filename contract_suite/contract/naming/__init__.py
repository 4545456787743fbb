"""Names: what they say, and which one a misspelt name was probably meant to be."""
