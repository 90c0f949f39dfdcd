# Generated from specs/ by `python -m codegen`; do not edit.
"""The REST API: `api` has a module for each operation, `models` their values, `errors` what can go wrong."""
