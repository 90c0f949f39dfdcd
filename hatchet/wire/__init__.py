"""The only client code that knows protobuf field names: values in, messages out, and back."""
