"""What an operation does to other things than the one that it is asked of: parts of one behaviour."""
