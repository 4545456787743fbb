"""Actions on things, such as `POST /orders/{id}/ship`: what they answer, what they store, what takes them back, and work that they begin."""
