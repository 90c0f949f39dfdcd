# Generated from specs/ by `python -m codegen`; do not edit.
"""The engine as typed Python: messages (grpc), servicers and stubs (services), HTTP client (rest)."""
