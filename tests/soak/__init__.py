"""Programs that try for minutes what the tests try for seconds: `make soak`."""
