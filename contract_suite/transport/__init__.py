"""The only room with a network: HTTP, ASGI in process, recordings; credentials, pacing.

`transport.py` says what a transport is.
"""
