"""Things of a plain document: what one looks like, which ids fit, and what there is in the beginning."""
