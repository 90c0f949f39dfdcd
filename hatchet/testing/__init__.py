"""For tests of programs that use this package: a pytest plugin with `hatchet`, `worker` and `engine` fixtures."""
