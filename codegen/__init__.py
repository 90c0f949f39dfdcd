"""Specs → a typed package: the generator. Development only; it is not shipped and imports nothing of `hatchet`."""
