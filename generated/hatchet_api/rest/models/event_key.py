# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

EventKey = TypeAliasType("EventKey", str)
"""
Key of an event, such as `order:created`; workflows listen to keys.
"""
