"""What the resources of a document are where it does not say: by its paths, and by the names of calls."""
