"""Conditions: what a task waits for, is skipped for, or is cancelled by.

::

    @flow.task(parents=[check], wait_for=[or_(SleepCondition("10m"), UserEventCondition("approved"))])
    async def pay(input: Order, ctx: Context) -> Receipt: ...

Entries of one list must all hold; `or_` makes one entry of several of which one is enough.
"""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from hatchet._dataclasses import dataclass
from hatchet._lazy import Deferred
from hatchet.errors import DefinitionError, InputError
from hatchet.options import cel
from hatchet.options.durations import render_duration
from hatchet.options.kinds import check_kinds
from hatchet.options.moments import in_utc
from hatchet.options.outputs import Producer
from hatchet.options.values import Duration

if TYPE_CHECKING:
    import uuid
else:
    uuid = Deferred("uuid")  # only tasks with conditions need it


@dataclass(frozen=True)
class Condition:
    """What all conditions have in common."""


@dataclass(frozen=True)
class SleepCondition(Condition):
    """Holds when a length of time has passed since the task's parents ended."""

    duration: Duration
    """How long."""
    readable_data_key: str | None = None
    """Name under which `ctx.trigger_data` has it; default `sleep:<duration>`."""

    def __post_init__(self) -> None:
        check_kinds(type(self), vars(self), " of a SleepCondition")
        render_duration(self.duration, "the duration of a SleepCondition")


@dataclass(frozen=True)
class UserEventCondition(Condition):
    """Holds when an event is pushed after the task's parents ended."""

    event_key: str
    """The event; the client's namespace is added."""
    expression: str | None = None
    """CEL over the event's payload, as `input`, that must be true; default: every payload counts."""
    readable_data_key: str | None = None
    """Name under which `ctx.trigger_data` has the payload; default: the event's key."""
    scope: str | None = None
    """Only events with this scope; for waits of durable tasks, an engine ignores it for tasks of a workflow."""
    consider_events_since: datetime | None = None
    """Together with a scope: an event since then counts too; for waits of durable tasks as well."""
    match: Mapping[str, object] | None = None
    """Values that fields of the event's payload must have, beside the expression; they are quoted for CEL."""

    @property
    def full_expression(self) -> str:
        """The expression and what must match, as one text of CEL; empty where every payload counts."""
        parts = [] if not self.expression else [self.expression if not self.match else f"({self.expression})"]
        parts += [f"input[{cel.quoted(key)}] == {cel.quoted(value)}" for key, value in (self.match or {}).items()]
        return " && ".join(parts)

    def __post_init__(self) -> None:
        check_kinds(type(self), vars(self), " of a condition on an event")
        if not self.event_key:
            raise DefinitionError("a UserEventCondition needs the key of an event")
        if self.consider_events_since is not None:
            try:
                in_utc(self.consider_events_since, f"consider_events_since of the event {self.event_key!r}")
            except InputError as error:
                raise DefinitionError(str(error)) from None
        cel.check(self.full_expression, cel.USER_EVENT, f"the condition on the event {self.event_key!r}")


@dataclass(frozen=True)
class ParentCondition(Condition):
    """Holds when a parent of the task has completed with an output for which the expression is true."""

    parent: Producer[Any]  # Any: the output's type is of no account, a CEL expression looks at it
    """The parent, one of the task's `parents`."""
    expression: str | None = None
    """CEL over the parent's output, as `output`; default: every output counts."""
    readable_data_key: str | None = None
    """Kept for those who give one; the engine names the data after the parent."""

    def __post_init__(self) -> None:
        check_kinds(type(self), vars(self), " of a ParentCondition")
        if not hasattr(self.parent, "load_output"):  # callers without a checker
            raise DefinitionError(f"a ParentCondition looks at a task, and {self.parent!r} is none")
        cel.check(self.expression or "", cel.PARENT, f"the condition on the parent {self.parent.name!r}")


KnownCondition = SleepCondition | UserEventCondition | ParentCondition


@dataclass(frozen=True)
class OrGroup:
    """Conditions of which one is enough; `or_` makes it."""

    conditions: Sequence[Condition]
    """The alternatives."""

    def __post_init__(self) -> None:
        if not self.conditions:
            raise DefinitionError("or_() has no conditions; name at least one")
        for condition in self.conditions:
            check_condition(condition, "or_()")


def or_(*conditions: Condition) -> OrGroup:
    """Conditions of which one is enough."""
    return OrGroup(conditions)


class ConditionAction(Enum):
    """What a condition leads to."""

    WAIT_FOR = "wait_for"
    SKIP_IF = "skip_if"
    CANCEL_IF = "cancel_if"


@dataclass(frozen=True)
class PlacedCondition:
    """A condition in the place where a task has it."""

    condition: KnownCondition
    action: ConditionAction
    group_id: str
    """Conditions with the same id are alternatives."""
    data_key: str
    """Name of its data, unique in the task."""


GROUPS: Final = "6f3c1d0e-5f0b-4d8f-9a53-1f6f0f6f2a11"
"""Where the ids of groups come from: the same definition has the same ids, so that it makes no new version."""


def check_condition(value: object, option: str) -> KnownCondition:
    """Refuse what is no condition, for callers without a type checker."""
    if not isinstance(value, KnownCondition):
        raise DefinitionError(
            f"{option}: {value!r} is no condition; write SleepCondition, UserEventCondition, ParentCondition or or_(…)"
        )
    return value


def place(
    lists: Sequence[tuple[ConditionAction, Sequence[Condition | OrGroup]]], owner: str
) -> tuple[PlacedCondition, ...]:
    """The conditions of a task with their groups and data keys.

    Raises:
        DefinitionError: two conditions were given the same data key.
    """
    placed: list[PlacedCondition] = []
    taken: set[str] = set()
    for action, entries in lists:
        for index, entry in enumerate(entries):
            group = group_id(f"{owner}/{action.value}/{index}")
            _warn_of_mixed_group(entry, action, owner)
            for each in entry.conditions if isinstance(entry, OrGroup) else (entry,):
                condition = check_condition(each, action.value)
                key = _free_key(condition, taken, owner)
                taken.add(key)
                placed.append(PlacedCondition(condition, action, group, key))
    return tuple(placed)


def group_id(name: str) -> str:
    """The id of the group with a name; the same each time."""
    return str(uuid.uuid5(uuid.UUID(GROUPS), name))


def condition_key(condition: KnownCondition) -> tuple[str, bool]:
    """The data key that a condition has, and whether it was given one."""
    given, default = _keys(condition)
    return (default, False) if given is None else (given, True)


def _warn_of_mixed_group(entry: Condition | OrGroup, action: ConditionAction, owner: str) -> None:
    """Say what an engine makes of an or-group over the border between its two looks at a task."""
    if isinstance(entry, OrGroup) and len({isinstance(each, ParentCondition) for each in entry.conditions}) > 1:
        warnings.warn(
            f"{action.value} of task {owner} has an or_ of a ParentCondition and a sleep or an event: the engine looks "
            "at parents first and at the rest when they are done, so that one of either side must hold; write or_ of "
            "one kind",
            stacklevel=2,
        )


def _free_key(condition: KnownCondition, taken: set[str], owner: str) -> str:
    given, base = _keys(condition)
    if given is not None:
        if given in taken:
            raise DefinitionError(
                f"task {owner} has two conditions with readable_data_key={given!r}; each needs its own"
            )
        return given
    key = base
    number = 1
    while key in taken:
        number += 1
        key = f"{base}:{number}"
    return key


def _keys(condition: KnownCondition) -> tuple[str | None, str]:
    """The data key that a condition was given, and the one it has without."""
    default: str
    match condition:
        case SleepCondition():
            default = f"sleep:{render_duration(condition.duration, 'the duration of a SleepCondition')}"
        case UserEventCondition():
            default = condition.event_key
        case ParentCondition():
            default = condition.parent.name + (f":{condition.expression}" if condition.expression else "")
    return condition.readable_data_key, default
