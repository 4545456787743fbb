"""What occupies something for a time: one behaviour, what it finds in a document, and the intervals that it sends."""
