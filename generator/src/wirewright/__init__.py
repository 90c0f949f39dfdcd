"""wirewright: OpenAPI documents and .proto files → one typed Python package."""
