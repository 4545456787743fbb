"""The parts of an operation: parameters, bodies and responses, each read for itself, so that a broken one costs no more."""
