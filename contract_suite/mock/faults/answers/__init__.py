"""Faults in everything around an answer: who gets it, its status, its headers and its bytes."""
