"""What RFCs say of HTTP itself, held against servers whose documents need not repeat it."""
