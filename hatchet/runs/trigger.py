"""From an input and options to a run that the engine has accepted."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from hatchet.errors import HatchetError
from hatchet.hooks import Hooks, RunRequest, tell, through_trigger
from hatchet.options.specs import RunSpec
from hatchet.scope import current_recorder, current_scope, recorder_of_runs
from hatchet.transport.io_loop import IoLoop
from hatchet.wire.gateway import Gateway
from hatchet.wire.requests import Trigger

if TYPE_CHECKING:
    from uuid import UUID

T = TypeVar("T")

ENGINE_KEYS = "hatchet__"  # metadata that the engine writes about a run itself; it is not for its children


def build(
    workflow: str, data: bytes, options: RunSpec, defaults: Mapping[str, object] = MappingProxyType({})
) -> Trigger:
    """What to send; inside a task the run becomes a child of that task. Call it in the caller's own context.

    Metadata of the running task is inherited; the workflow's `defaults` beat it, and what the call gives beats both.
    """
    scope = current_scope.get()
    inherited: Mapping[str, object] = {}
    if scope is not None and scope.has_children:
        inherited = {key: value for key, value in scope.additional_metadata.items() if not key.startswith(ENGINE_KEYS)}
        if options.sticky and options.desired_worker_id is None:
            options = replace(options, desired_worker_id=scope.worker_id)
    options = replace(options, additional_metadata={**inherited, **defaults, **options.additional_metadata})
    if options.parent_id is not None or scope is None or not scope.has_children:
        return Trigger(
            workflow,
            data,
            options,
            parent_run_id=_text(options.parent_id),
            parent_task_run_id=_text(options.parent_step_run_id),
            # Without a parent it means nothing, and nothing makes a repeated trigger harmless.
            child_index=None if options.parent_id is None else options.child_index,
        )
    return Trigger(
        workflow,
        data,
        options,
        parent_run_id=scope.workflow_run_id,
        parent_task_run_id=scope.task_run_id,
        child_index=scope.next_child_index() if options.child_index is None else options.child_index,
    )


def _text(given: str | UUID | None) -> str | None:
    return None if given is None else str(given)


async def on_io(io: IoLoop, coroutine: Coroutine[Any, Any, T]) -> T:
    """Await on the I/O loop; in a durable task here, where its log decides in which order its code goes on."""
    scope = current_scope.get()
    return await (coroutine if scope is not None and scope.log is not None else io.run(coroutine))


async def start(gateway: Gateway, runs: Sequence[Trigger]) -> list[str]:
    """Start runs, through the client's hooks; their ids in the same order. Runs where `on_io` says."""
    recorder = recorder_of_runs()
    if recorder is not None:
        return [recorder.started(run) for run in runs]
    hooks = gateway.hooks
    if not hooks.on_triggers:
        return await _send(gateway, runs)
    sent: list[RunRequest] = []

    async def send(requests: Sequence[RunRequest]) -> list[str]:
        if len(requests) != len(runs):
            raise HatchetError(f"a hook made {len(requests)} runs of {len(runs)}; around_trigger keeps their number")
        sent[:] = requests
        return await _send(gateway, [_changed(run, request) for run, request in zip(runs, requests, strict=True)])

    requests = [
        RunRequest(run.workflow, run.input, run.options.additional_metadata, run.parent_task_run_id) for run in runs
    ]
    ids = list(await through_trigger(hooks.around_trigger, requests, send))
    for request, run_id in zip(sent, ids, strict=False):  # a hook may give other ids, of runs that it knows of
        _tell(hooks, request, run_id)
    return ids


def _tell(hooks: Hooks, request: RunRequest, run_id: str) -> None:
    tell(hooks.run_triggered, lambda hook: hook.run_triggered(request, run_id))


async def _send(gateway: Gateway, runs: Sequence[Trigger]) -> list[str]:
    """A single run by the call for one; what a durable task starts goes through its log."""
    scope = current_scope.get()
    if scope is not None and scope.log is not None and all(run.parent_run_id == scope.workflow_run_id for run in runs):
        return await scope.log.start(runs)
    if (recorder := current_recorder()) is not None:
        return [recorder.started(run) for run in runs]
    if len(runs) == 1:
        return [await gateway.trigger(runs[0])]
    return await gateway.bulk_trigger(runs)


def _changed(run: Trigger, request: RunRequest) -> Trigger:
    options = replace(run.options, additional_metadata=request.additional_metadata)
    return replace(run, workflow=request.workflow_name, input=request.input, options=options)
