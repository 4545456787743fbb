"""What schemas say of values: the smallest valid one, the members of an object, the values of header fields."""
