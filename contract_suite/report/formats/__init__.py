"""The formats of reports: one a file, each with its value `FORMAT`."""
