"""Event filters: which events of which scope start a workflow that has filters. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace

from hatchet._dataclasses import dataclass
from hatchet.engine.rules import expressions
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.shelf import Shelf
from hatchet.engine.state.changes import PushedEvent
from hatchet.engine.state.definitions import Workflow, WorkflowVersion
from hatchet.engine.state.errors import invalid


@dataclass(frozen=True, slots=True)
class Filter:
    """An expression over events of one scope, and what a run that it starts is told."""

    id: str
    workflow_id: str
    scope: str
    expression: str
    payload: str
    declarative: bool
    """Whether it came with a registration, whose next version may replace it."""
    created_at: float
    updated_at: float


class Filters:
    """All filters, and what they say about an event."""

    def __init__(self, core: Core) -> None:
        self.shelf: Shelf[Filter] = Shelf(core, "filter", Filter)
        self._by_workflow: dict[str, dict[str, dict[str, Filter]]] = {}
        """Workflow → scope → id; events are many, and so may be the filters of other scopes."""

    def load(self, rows: dict[str, str]) -> None:
        """Take in what is stored."""
        self.shelf.load(rows)
        for each in self.shelf:
            self._index(each)

    def create(self, workflow: Workflow, scope: str, expression: str, payload: str, now: float) -> Filter:
        """A filter that a user adds."""
        self._refuse_second(workflow.id, scope, expression, payload)
        return self._add(workflow.id, scope, expression, payload, now, declarative=False)

    def change(
        self, known: Filter, now: float, *, scope: str | None, expression: str | None, payload: str | None
    ) -> Filter:
        """Change what is given of a filter."""
        changed = replace(
            known,
            scope=known.scope if scope is None else scope,
            expression=known.expression if expression is None else expression,
            payload=known.payload if payload is None else payload,
            updated_at=now,
        )
        self._refuse_second(known.workflow_id, changed.scope, changed.expression, changed.payload, but=known.id)
        self._forget(known)
        return self._index(self.shelf.put(changed))

    def delete(self, known: Filter) -> None:
        """Take a filter away."""
        self.shelf.remove(known.id)
        self._forget(known)

    def registered(self, version: WorkflowVersion, now: float) -> None:
        """A new version of a workflow: its filters, if it has any, replace those of the version before."""
        declared = version.definition.default_filters
        if not declared:
            return
        for known in self._of(version.workflow_id):
            if known.declarative:
                self.delete(known)
        for each in declared:
            self._add(version.workflow_id, each.scope, each.expression, each.payload, now, declarative=True)

    def workflow_deleted(self, workflow: Workflow) -> None:
        """A workflow is gone, and its filters with it."""
        for known in self._of(workflow.id):
            self.delete(known)

    def chosen(self, workflow_id: str, event: PushedEvent) -> list[Filter | None]:
        """What an event starts of a workflow: one run for each entry, None for one without a filter."""
        scopes = self._by_workflow.get(workflow_id)
        if scopes is None:
            return [None]
        if event.scope is None:
            return []
        facts = expressions.EventFacts(
            input=event.payload, additional_metadata=event.metadata, event_id=event.id, event_key=event.key
        )
        return [
            each
            for each in scopes.get(event.scope, {}).values()
            if each.expression and facts.match(each.expression, each.payload)
        ]

    def listed(self, workflow_ids: Collection[str], scopes: Collection[str]) -> list[Filter]:
        """Filters of any of the workflows and scopes, newest first; empty collections stand for all."""
        return [
            each
            for each in reversed(list(self.shelf))
            if (not workflow_ids or each.workflow_id in workflow_ids) and (not scopes or each.scope in scopes)
        ]

    def _of(self, workflow_id: str) -> list[Filter]:
        return [each for scope in self._by_workflow.get(workflow_id, {}).values() for each in scope.values()]

    def _add(
        self, workflow_id: str, scope: str, expression: str, payload: str, now: float, *, declarative: bool
    ) -> Filter:
        identity = str(uuid.uuid4())
        new = Filter(identity, workflow_id, scope, expression, payload, declarative, now, now)
        return self._index(self.shelf.put(new))

    def _refuse_second(self, workflow_id: str, scope: str, expression: str, payload: str, but: str = "") -> None:
        for each in self._by_workflow.get(workflow_id, {}).get(scope, {}).values():
            if each.id != but and (each.expression, each.payload) == (expression, payload):
                raise invalid(f"the workflow has this filter already, as {each.id}: same scope, expression and payload")

    def _index(self, each: Filter) -> Filter:
        self._by_workflow.setdefault(each.workflow_id, {}).setdefault(each.scope, {})[each.id] = each
        return each

    def _forget(self, each: Filter) -> None:
        scopes = self._by_workflow[each.workflow_id]
        del scopes[each.scope][each.id]
        if not scopes[each.scope]:
            del scopes[each.scope]
        if not scopes:
            del self._by_workflow[each.workflow_id]
