"""specs/ → generated/: the generator. Development only; it is not shipped and imports nothing of `hatchet`."""
