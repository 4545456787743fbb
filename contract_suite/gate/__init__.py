"""The gate: whether a recorded run may pass, in the light of what was known before.

It reads a record and a baseline and nothing else, so that the command line and pytest can't come to different answers.
"""
