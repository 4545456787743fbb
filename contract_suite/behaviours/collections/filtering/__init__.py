"""The behaviour of filters, in parts: `filtering` is the behaviour, the rest serve it."""
