"""Speed and size, measured beside a bare loop that makes the same calls: ``python -m tests.bench``."""
