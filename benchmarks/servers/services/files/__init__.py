"""A store of files with their bytes, metadata, a bin and links to share them."""
