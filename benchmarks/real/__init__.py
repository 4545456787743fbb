"""Real services for `benchmarks/services.py`: how each is started, and a proxy that counts."""
