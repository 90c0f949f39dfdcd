# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from hatchet_api.rest.base import Model


class ConcurrencyStat(Model):
    """
    How much work one concurrency rule holds, by key.
    """

    expression: str | None = None
    """
    CEL expression of the rule.
    """

    type: str | None = None
    """
    Name of the rule's strategy or scope.
    """

    keys: dict[str, int] | None = None
    """
    Number of task runs by concurrency key.
    """
