"""Rules judge a document alone, without an endpoint. One rule a file; `catalogue.py` lists them."""
