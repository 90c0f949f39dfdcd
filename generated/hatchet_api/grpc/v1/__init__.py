# Generated from specs/ by `python -m codegen`; do not edit.
"""Messages and enums of the engine's gRPC API."""
