"""Headlines: what went wrong, in a few words; the words of each kind of clause stand by theme."""
