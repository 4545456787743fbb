"""What the rules of inference share: names, bodies, and the shapes of resources."""
