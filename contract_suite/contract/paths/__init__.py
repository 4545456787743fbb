"""The paths of a document: which operation a request is for, and which stand above, below or beside one another."""
