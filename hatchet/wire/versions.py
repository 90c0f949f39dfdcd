"""Which engine versions what one declares needs: an older engine would refuse it in other words, or take no notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hatchet._dataclasses import dataclass
from hatchet.errors import Unsupported
from hatchet.options.specs import concurrency_list
from hatchet.options.values import ConcurrencyExpression, ConcurrencyLimitStrategy
from hatchet.wire.requests import TaskDefinition, WorkflowDefinition
from hatchet_api.since import GRPC, REST

Version = tuple[int, int, int]


@dataclass(frozen=True)
class Need:
    """Something that an engine may be too old for."""

    option: str
    """What it is, in the words of a declaration."""
    version: Version
    """The first engine that has it."""


def numbers(version: str | None) -> Version | None:
    """The numbers of a version; None when there are none to compare, as for a build of one's own."""
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version or "")
    return None if match is None else (int(match[1]), int(match[2]), int(match[3]))


def is_older(version: str | None, than: Version) -> bool:
    """Whether an engine is older; one that tells no version is, a build of one's own is not."""
    found = numbers(version)
    return version is None or (found is not None and found < than)


def text(version: Version) -> str:
    """A version as the engine writes it."""
    return "v" + ".".join(map(str, version))


def since(name: str) -> Version:
    """The first engine that has what the specs call so, from the overlay's own entries."""
    found = numbers(GRPC.get(name) or REST.get(name))
    if found is None:
        raise LookupError(f"specs/overlay does not say which engine brought {name}")
    return found


SLOT_TYPES: Final = since("Dispatcher.GetVersion")  # the wire of before is not spoken here
DURABLE_STREAM: Final = since("v1.V1Dispatcher.DurableTask")
BATCHES: Final = since("Dispatcher.SendBatchActionEvent")
QUEUE_LIMITS: Final = since("v1.ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_NEWEST")
SHARED_LIMITS: Final = since("v1.Concurrency.is_tenant_scoped")
RETRY_AFTER: Final = since("StepActionEvent.retry_after_ms")
RUN_COUNTS: Final = since("v1-workflow-run:count:get")


def needs(definition: WorkflowDefinition) -> Iterator[Need]:
    """What of a definition not every engine has."""
    for limit in concurrency_list(definition.spec.concurrency):
        yield from _limit_needs(limit, f"workflow {definition.name!r}")
    tasks = definition.tasks if definition.on_failure is None else (*definition.tasks, definition.on_failure)
    for task in tasks:
        yield from _task_needs(task)


def _task_needs(task: TaskDefinition) -> Iterator[Need]:
    if task.is_durable:
        yield Need(f"durable task {task.name!r}", DURABLE_STREAM)
    if task.spec.batch is not None:
        yield Need(f"batch_max_size of task {task.name!r}", BATCHES)
    for limit in concurrency_list(task.spec.concurrency):
        yield from _limit_needs(limit, f"task {task.name!r}")


def _limit_needs(limit: ConcurrencyExpression, owner: str) -> Iterator[Need]:
    strategy = limit.limit_strategy
    if strategy in (
        ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_NEWEST,
        ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_OLDEST,
    ):
        yield Need(f"limit_strategy={strategy.value} of {owner}", QUEUE_LIMITS)
    if limit.is_tenant_scoped:
        yield Need(f"is_tenant_scoped=True of {owner}", SHARED_LIMITS)
    if isinstance(limit.max_runs, str):
        yield Need(f"max_runs={limit.max_runs!r} of {owner}", SHARED_LIMITS)


def refuse(found: list[Need], version: str | None) -> None:
    """Refuse what an engine is too old for; one that does not tell its version is too old for all of it.

    Raises:
        Unsupported: names the option and the version that it needs.
    """
    for need in found:
        if is_older(version, need.version):
            raise Unsupported(
                f"{need.option} needs an engine of {text(need.version)} or newer; this one is "
                f"{version or f'older than {text(SLOT_TYPES)}'}: upgrade it, or declare it without",
                code="UNIMPLEMENTED",
                call="PutWorkflow",
            )
