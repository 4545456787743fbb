"""Behaviours of answers as such: envelopes, HEAD, rates."""
