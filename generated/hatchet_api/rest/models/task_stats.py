# Generated from specs/ by `python -m codegen`; do not edit.
"""A part of the models of the REST API."""

from __future__ import annotations

from typing_extensions import TypeAliasType

from .task_stat import TaskStat

TaskStats = TypeAliasType("TaskStats", dict[str, TaskStat])
"""
Queued and running work, by task name.
"""
