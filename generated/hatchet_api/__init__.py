# Generated from specs/ by `python -m codegen`; do not edit.
"""The Hatchet engine's API as typed Python: messages (grpc), services and the REST client (rest)."""
