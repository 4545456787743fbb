"""Inference: facts about behaviour that a document's names and shapes imply, said in the words of `x-contract`.

A rule reads a document and guesses; a probe asks the server whether a guess holds. Only what a probe confirmed, or what
two witnesses in the document say, is held against a server, and then as an advisory.
"""
