"""Rules that read what other vendors of tools let authors write into a document: it is the document, and no guess."""
