"""The words users write, as values: options, conditions, payload types. No I/O and no protobuf."""
