"""What the engine knows, as values: nothing here decides, waits, sends or stores."""
