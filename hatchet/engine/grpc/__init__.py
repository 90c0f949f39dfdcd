"""The gRPC side: services over the parts of the hub."""
