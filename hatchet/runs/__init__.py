"""Start something, and learn how it ended."""
