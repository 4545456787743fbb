"""Names: what they say, which one a misspelt name was probably meant to be, and the largest number that a sentence allows."""
