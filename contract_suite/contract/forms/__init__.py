"""Bodies of fields and elements: url-encoded forms, multipart forms, XML."""
