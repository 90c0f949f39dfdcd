# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

from .v1_durable_event_log_entry import V1DurableEventLogEntry

V1DurableEventLogList = TypeAliasType("V1DurableEventLogList", list[V1DurableEventLogEntry])
"""
The recorded steps of a durable task, in order.
"""
