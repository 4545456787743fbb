"""The HTML page: its parts as values, and the template, style and script that show them."""
