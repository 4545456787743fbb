"""Contacts of a sales team, with notes and tags, in envelopes."""
