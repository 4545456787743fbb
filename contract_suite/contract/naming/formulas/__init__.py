"""How descriptions say what a number is made of."""
