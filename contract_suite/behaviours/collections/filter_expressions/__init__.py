"""Lists that are filtered by an expression: the grammars, what a document shows of them, and what is held to a server."""
