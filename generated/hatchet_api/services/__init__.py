# Generated from specs/ by `python -m codegen`; do not edit.
"""Typed async client stubs and servicer protocols, one module per service of the engine's gRPC API."""
