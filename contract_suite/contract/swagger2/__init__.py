"""Swagger 2.0 documents, upgraded on loading to the OpenAPI 3.0 that everything else reads."""
