"""Options on their way: from what a user writes, to the field on the wire, to what the engine keeps."""
