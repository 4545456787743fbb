"""A server made of a contract and nothing else: state, rules, seed data, and the doors to it.

No family's name stands in this room. What a family promises is in its document; a document without promises gets a
stateless server.
"""
