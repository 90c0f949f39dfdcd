# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from ._internal import StepRun

__all__ = ["StepRun"]
