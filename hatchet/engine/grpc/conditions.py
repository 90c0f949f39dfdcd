"""The conditions of a task, from the wire to rules; what breaks a rule is refused by name."""

from __future__ import annotations

from hatchet.engine.rules.triggering import parse_uuid
from hatchet.engine.state import durations
from hatchet.engine.state.conditions import Action, Override, Wait
from hatchet.engine.state.errors import invalid
from hatchet_api.grpc.v1 import workflows_pb2
from hatchet_api.grpc.v1.shared import condition_pb2

_ACTIONS = {
    condition_pb2.QUEUE: Action.QUEUE,
    condition_pb2.CANCEL: Action.CANCEL,
    condition_pb2.SKIP: Action.SKIP,
}
_NO_GROUP = "00000000-0000-0000-0000-000000000000"


def overrides_of(task: workflows_pb2.CreateTaskOpts) -> tuple[Override, ...]:
    """What a task says about its parents' outputs."""
    found: list[Override] = []
    for condition in task.conditions.parent_override_conditions:
        parent = condition.parent_readable_id
        if parent not in task.parents:
            raise invalid(
                f"Invalid request: task {task.readable_id} has a condition on {parent!r}, which is not one of its"
                " parents; add it to parents"
            )
        action, group = _base(task, condition.base, f"parent {len(found)}")
        found.append(Override(action, group, parent, condition.base.expression))
    return tuple(found)


def waits_of(task: workflows_pb2.CreateTaskOpts) -> tuple[Wait, ...]:
    """The sleeps and events that a task waits for."""
    found: list[Wait] = []
    for sleep in task.conditions.sleep_conditions:
        action, group = _base(task, sleep.base, f"wait {len(found)}")
        if durations.registered(sleep.sleep_for) is None:
            raise invalid(
                f"Invalid request: task {task.readable_id} sleeps for {sleep.sleep_for!r}, which is not a duration;"
                " write it like 90s, 5m or 1h30m"
            )
        found.append(Wait(action, group, sleep.base.readable_data_key, sleep=sleep.sleep_for))
    for event in task.conditions.user_event_conditions:
        action, group = _base(task, event.base, f"wait {len(found)}")
        if not event.user_event_key:
            raise invalid(f"Invalid request: task {task.readable_id} waits for an event without a key")
        found.append(
            Wait(
                action,
                group,
                event.base.readable_data_key,
                event_key=event.user_event_key,
                scope=event.event_scope if event.HasField("event_scope") else None,
                expression=event.base.expression,
            )
        )
    return tuple(found)


def _base(
    task: workflows_pb2.CreateTaskOpts, base: condition_pb2.BaseMatchCondition, own_group: str
) -> tuple[Action, str]:
    action = _ACTIONS.get(base.action)
    if action is None:
        raise invalid(
            f"Invalid request: a condition of task {task.readable_id} has the action"
            f" {condition_pb2.Action.Name(base.action)}; use QUEUE, CANCEL or SKIP"
        )
    return action, own_group if base.or_group_id in ("", _NO_GROUP) else base.or_group_id


def durable_waits_of(
    conditions: condition_pb2.DurableEventListenerConditions,
) -> tuple[tuple[Wait, ...], dict[int, float]]:
    """What a durable task waits for, and by position since when earlier events count."""
    found: list[Wait] = []
    since: dict[int, float] = {}
    for sleep in conditions.sleep_conditions:
        if not durations.readable(sleep.sleep_for):
            raise invalid(
                f"Invalid request: {sleep.sleep_for!r} is not a duration to sleep for; write it like 90s, 1h30m or 2d"
            )
        group = _durable_group(sleep.base, len(found))
        found.append(Wait(Action.QUEUE, group, sleep.base.readable_data_key, sleep=sleep.sleep_for))
    for event in conditions.user_event_conditions:
        if not event.user_event_key:
            raise invalid("Invalid request: an event to wait for has no key")
        scope = event.event_scope if event.HasField("event_scope") else None
        if scope is not None and event.HasField("consider_events_since"):
            since[len(found)] = event.consider_events_since.seconds + event.consider_events_since.nanos / 1e9
        found.append(
            Wait(
                Action.QUEUE,
                _durable_group(event.base, len(found)),
                event.base.readable_data_key,
                event_key=event.user_event_key,
                scope=scope,
                expression=event.base.expression,
            )
        )
    return tuple(found), since


def _durable_group(base: condition_pb2.BaseMatchCondition, place: int) -> str:
    group = base.or_group_id
    return parse_uuid(group, "Invalid request: or group id is not a valid uuid") if group else f"wait {place}"
