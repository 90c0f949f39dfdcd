"""The page: who may use it, what it shows, what it does, and how people use it in a browser."""
