"""How new runs come into being: checks, inheritance from a parent, dedupe of children. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from hatchet._dataclasses import NamedTuple
from hatchet.engine.rules.core import Core
from hatchet.engine.rules.idempotency import Collided, Collision, Idempotency, Wish
from hatchet.engine.rules.lifecycle import Lifecycle
from hatchet.engine.state import jsontext
from hatchet.engine.state.definitions import WantedLabel, Workflow
from hatchet.engine.state.errors import invalid
from hatchet.engine.state.jsontext import JsonObject
from hatchet.engine.state.model import Run, Status, TaskRun

RESERVED = "hatchet__"
"""Metadata keys with this prefix belong to the engine and are not handed down to children."""

_USUAL_UUID = re.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}").fullmatch


class Trigger(NamedTuple):
    """A wish to run a workflow."""

    workflow: str
    input: str = "{}"
    metadata: str = ""
    parent_task_id: str | None = None
    child_index: int | None = None
    child_key: str | None = None
    priority: int | None = None
    desired_worker_id: str | None = None
    desired_labels: tuple[WantedLabel, ...] = ()
    event_id: str | None = None
    event_key: str | None = None
    filter_id: str | None = None
    filter_payload: str | None = None
    recorded: bool = False
    """The log of the durable task that wants it tells which of its children exist."""


class _Checked(NamedTuple):
    run_id: str
    trigger: Trigger
    workflow: Workflow
    metadata: JsonObject
    parent: TaskRun | None


class Triggering:
    """Creates runs."""

    def __init__(self, core: Core, lifecycle: Lifecycle, keys: Idempotency) -> None:
        self._core = core
        self._keys = keys
        self._lifecycle = lifecycle

    def trigger(self, triggers: Sequence[Trigger], now: float) -> list[str]:
        """Create the runs, all or none, and return their ids in order; a child already spawned keeps its id.

        Raises Collided when idempotency keys are held; the runs whose keys were free have been created then.
        """
        found = self.start(triggers, now)
        if collisions := [each for each in found if isinstance(each, Collision)]:
            raise Collided(collisions, [each for each in found if isinstance(each, str)])
        return [each for each in found if isinstance(each, str)]

    def start(self, triggers: Sequence[Trigger], now: float) -> list[str | Collision]:
        """The same, with a collision in the place of each run whose idempotency key is held."""
        missing = sorted({item.workflow for item in triggers if item.workflow not in self._core.workflows})
        if missing:
            raise invalid(f"workflow names not found: {', '.join(missing)}")
        checked = [self._check(item) for item in triggers]
        wishes = [wish for item in checked if (wish := self._wish(item)) is not None]
        collisions = self._keys.claim(wishes, now) if wishes else []
        turned_away = {collision.colliding: collision for collision in collisions}
        claimed = {wish.run_id: wish.key for wish in wishes}
        return [turned_away.get(item.run_id) or self._create(item, claimed.get(item.run_id), now) for item in checked]

    def _check(self, trigger: Trigger) -> _Checked:
        if trigger.priority is not None and not 1 <= trigger.priority <= 3:
            raise invalid(f"Invalid request: priority must be between 1 and 3, got {trigger.priority}")
        try:
            jsontext.parse_object(trigger.input, "input")
            metadata = jsontext.parse_object(trigger.metadata, "additional_metadata")
        except ValueError as error:
            raise invalid(f"Invalid request: {error}") from None
        if trigger.desired_worker_id:
            parse_uuid(trigger.desired_worker_id, "Invalid request: desiredWorkerId must be a valid UUID")
        parent: TaskRun | None = None
        if trigger.parent_task_id:
            parent_id = parse_uuid(trigger.parent_task_id, "Invalid request: parent task run id must be a valid UUID")
            parent = self._core.find_task(parent_id)
            if parent is None:
                raise invalid(f"Invalid request: parent task run {parent_id} does not exist")
        return _Checked(str(uuid.uuid4()), trigger, self._core.workflows[trigger.workflow], metadata, parent)

    def _wish(self, checked: _Checked) -> Wish | None:
        """What the run claims, if it is a new one of a workflow with idempotency."""
        rule = checked.workflow.current.definition.idempotency
        if rule is None or self._spawned(checked)[1] is not None:
            return None
        metadata = jsontext.dump(checked.metadata)
        key = self._keys.key(rule, checked.workflow.name, checked.trigger.input, metadata)
        return Wish(key, checked.run_id, rule)

    def _spawned(self, checked: _Checked) -> tuple[str | None, str | None]:
        """The dedupe key of a child, and the run that was spawned under it before."""
        trigger, parent = checked.trigger, checked.parent
        if parent is None or trigger.child_index is None or trigger.recorded:
            return None, None
        key = f"{parent_id_of(parent)}.0.{trigger.child_key or trigger.child_index}"
        return key, self._core.changes.children.get(key) or self._core.archive.child(key)

    def _create(self, checked: _Checked, claimed: str | None, now: float) -> str:
        key, known = self._spawned(checked)
        if known is not None:
            return known
        run = self._new_run(checked, now)
        run.idempotency_key = claimed
        if key is not None:
            self._core.changes.children[key] = run.id
        self._core.adopt(run)
        self._core.touch_run(run)
        for task in run.tasks.values():
            self._core.touch(task)
        self._lifecycle.start(run, now)
        return run.id

    def _new_run(self, checked: _Checked, now: float) -> Run:
        trigger, parent = checked.trigger, checked.parent
        version = checked.workflow.current
        definition = version.definition
        priority = trigger.priority or definition.default_priority or 1
        run = Run(
            id=checked.run_id,
            seq=self._core.number(),
            version=version,
            input=trigger.input or "{}",
            metadata=_metadata_text(checked),
            priority=priority,
            created_at=now,
            display_name=f"{definition.name}-{int(now * 1000)}",
            parent_id=parent_id_of(parent) if parent is not None else None,
            parent_task_id=parent.id if parent is not None else None,
            child_index=trigger.child_index if parent is not None else None,
            child_key=trigger.child_key if parent is not None else None,
            desired_worker_id=trigger.desired_worker_id or None,
            desired_labels=trigger.desired_labels,
            event_id=trigger.event_id,
            event_key=trigger.event_key,
            filter_id=trigger.filter_id,
            filter_payload=trigger.filter_payload,
        )
        for task in definition.tasks:
            run.tasks[task.name] = TaskRun(
                id=str(uuid.uuid4()) if definition.is_dag else run.id,
                seq=self._core.number(),
                run=run,
                definition=task,
                status=Status.PENDING,
                priority=priority,
                created_at=now,
            )
        run.unfinished = len(run.tasks)
        return run


def parent_id_of(parent: TaskRun) -> str:
    """The id under which a parent's children are recorded: its run's, or its own when it is a node of a DAG."""
    return parent.id if parent.run.is_dag else parent.run.id


def parse_uuid(text: str, message: str) -> str:
    """A UUID in its usual spelling; refuses anything else with `message`."""
    if _USUAL_UUID(text) is not None:
        return text  # as nearly all are: several for each task
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise invalid(f"{message}: {text!r}") from None


def _metadata_text(checked: _Checked) -> str:
    trace = checked.run_id.replace("-", "")
    parent = checked.parent
    metadata: JsonObject = {}
    if parent is not None:
        inherited = jsontext.object_or_empty(parent.run.metadata)
        metadata.update((key, value) for key, value in inherited.items() if not key.startswith(RESERVED))
        metadata.update(checked.metadata)
        metadata["hatchet__parent_workflow_run_id"] = parent.run.id
        metadata["hatchet__parent_step_run_id"] = parent.id
    else:
        metadata.update(checked.metadata)
    metadata.setdefault("traceparent", f"00-{trace}-{trace[:16]}-01")
    return jsontext.dump(metadata)
