"""Paging: one behaviour and its parts; what other behaviours need of it too is in the kit."""
