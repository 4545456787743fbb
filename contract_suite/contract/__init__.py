"""Documents in; operations, promises and facts out.

Read `operation.py` for what a contract is made of, `vocabulary.py` for `x-contract`, `reading.py` for how a document
becomes a `Contract`.
"""
