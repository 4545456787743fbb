"""A catalogue of books and the loans of a small library."""
