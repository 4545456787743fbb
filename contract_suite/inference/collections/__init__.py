"""Rules about lists: which items, which pages, how many, in what order, and which of them."""
