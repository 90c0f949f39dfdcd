"""Random programs on two engines: what a user sees must be the same, but for what is listed in differences.toml."""
