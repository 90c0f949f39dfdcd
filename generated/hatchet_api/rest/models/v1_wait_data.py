# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

from .v1_wait_item import V1WaitItem

V1WaitData = TypeAliasType("V1WaitData", list[V1WaitItem])
"""
What a durable task waits for; all items must be met.
"""
