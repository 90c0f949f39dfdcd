"""Workflows by name and by version."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import pairwise
from typing import Protocol

from hatchet.engine.rules.core import Core
from hatchet.engine.rules.dag import find_cycle
from hatchet.engine.rules.limits import Limits
from hatchet.engine.state.definitions import Registration, Workflow, WorkflowDefinition, WorkflowVersion
from hatchet.engine.state.errors import invalid

MAX_KEYS = 10_000
"""Event keys of which it is remembered what they start."""


class Follower(Protocol):
    """What keeps something for workflows, and has to follow them."""

    def registered(self, version: WorkflowVersion, now: float) -> None:
        """A workflow has a new version."""

    def workflow_deleted(self, workflow: Workflow) -> None:
        """A workflow is gone."""


class Catalog:
    """Registers workflows and finds them again."""

    def __init__(self, core: Core, limits: Limits) -> None:
        self._core = core
        self._limits = limits
        self._followers: list[Follower] = []
        self._triggered: dict[str, list[tuple[Workflow, str]]] = {}

    def follow(self, follower: Follower) -> None:
        """Tell someone about new versions and deleted workflows."""
        self._followers.append(follower)

    def put(self, registration: Registration, now: float) -> WorkflowVersion:
        """Register a workflow; one that is unchanged keeps its newest version."""
        known = self._core.workflows.get(registration.name)
        if known is not None and known.current.checksum == registration.checksum:
            # Another workflow may have changed what this one shares with it; the last registration decides.
            self._share(known.current.definition)
            return known.current
        version_id = str(uuid.uuid4())
        definition = registration.define(version_id)
        others = (each.current.definition for each in self._core.workflows.values() if each is not known)
        check_shared_order(definition, others)
        version = WorkflowVersion(
            id=version_id,
            workflow_id=known.id if known is not None else str(uuid.uuid4()),
            order=known.current.order + 1 if known is not None else 1,
            created_at=now,
            checksum=registration.checksum,
            source=registration.source,
            definition=definition,
        )
        self.add(version, now)
        self._core.changes.versions.append(version)
        self._core.changes.workflows[version.workflow_id] = self._core.workflow_ids[version.workflow_id]
        self._share(definition)
        for follower in self._followers:
            follower.registered(version, now)
        return version

    def _share(self, definition: WorkflowDefinition) -> None:
        for task in definition.tasks:
            for rule in task.concurrency:
                self._limits.share(rule)

    def add(self, version: WorkflowVersion, created_at: float) -> None:
        """Make a version known as the newest of its workflow."""
        core = self._core
        workflow = core.workflow_ids.get(version.workflow_id)
        if workflow is None:
            workflow = Workflow(version.workflow_id, version.definition.name, created_at, version)
            core.workflow_ids[workflow.id] = workflow
            core.workflows[workflow.name] = workflow
        self._triggered.clear()
        workflow.current = version
        core.versions[version.id] = version

    def delete(self, workflow: Workflow) -> None:
        """Forget a workflow by name; its runs keep their versions."""
        core = self._core
        self._triggered.clear()
        core.workflows.pop(workflow.name, None)
        core.workflow_ids.pop(workflow.id, None)
        core.changes.workflows.pop(workflow.id, None)
        core.changes.deleted_workflows.append(workflow.id)
        for follower in self._followers:
            follower.workflow_deleted(workflow)

    def triggered_by(self, event_key: str) -> list[tuple[Workflow, str]]:
        """The workflows that an event starts, once for every pattern that matches its key."""
        found = self._triggered.get(event_key)
        if found is None:
            found = [
                (workflow, pattern)
                for workflow in self._core.workflows.values()
                for pattern in workflow.current.definition.event_triggers
                if matches(pattern, event_key)
            ]
            # Keys may hold ids and never come again.
            if len(self._triggered) >= MAX_KEYS:
                self._triggered.clear()
            self._triggered[event_key] = found
        return found


def matches(pattern: str, key: str) -> bool:
    """Whether an event key fits a pattern in which `*` stands for any text."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == key
    if not key.startswith(first):
        return False
    position = len(first)
    *middle, last = rest
    for part in middle:
        found = key.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return len(key) - position >= len(last) and key.endswith(last)


def check_shared_order(definition: WorkflowDefinition, others: Iterable[WorkflowDefinition]) -> None:
    """Refuse chains that take shared slots in opposite orders: they would wait for each other for ever."""
    follows: dict[str, list[str]] = {}
    for each in (definition, *others):
        for task in each.tasks:
            names = [rule.shared_as for rule in task.concurrency if rule.shared_as is not None]
            for name in names:
                follows.setdefault(name, [])
            for before, after in pairwise(names):
                follows[before].append(after)
    cycle = find_cycle(follows)
    if cycle is not None:
        raise invalid(
            f"Invalid request: with workflow {definition.name} tasks would take shared concurrency slots in opposite"
            f" orders ({' -> '.join(cycle)}); list them in the same order everywhere"
        )
