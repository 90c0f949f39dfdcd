"""From an input and options to a run that the engine has accepted."""

from __future__ import annotations

from collections.abc import Sequence

from hatchet.options.specs import RunSpec
from hatchet.scope import Scope, current_scope
from hatchet.wire.gateway import Gateway
from hatchet.wire.requests import Trigger

ENGINE_KEYS = "hatchet__"  # metadata that the engine writes about a run itself; it is not for its children


def build(workflow: str, data: bytes, options: RunSpec) -> Trigger:
    """What to send; inside a task the run becomes a child of that task. Call it in the caller's own context."""
    scope = current_scope.get()
    if scope is None:
        return Trigger(workflow, data, options)
    return Trigger(
        workflow,
        data,
        _inherit(options, scope),
        parent_run_id=scope.workflow_run_id,
        parent_task_run_id=scope.task_run_id,
        child_index=scope.next_child_index(),
    )


def _inherit(options: RunSpec, scope: Scope) -> RunSpec:
    inherited = {key: value for key, value in scope.additional_metadata.items() if not key.startswith(ENGINE_KEYS)}
    return RunSpec(
        additional_metadata={**inherited, **options.additional_metadata},
        priority=options.priority,
        child_key=options.child_key,
        sticky=options.sticky,
        desired_worker_id=options.desired_worker_id or (scope.worker_id if options.sticky else None),
        desired_worker_labels=options.desired_worker_labels,
    )


async def start(gateway: Gateway, runs: Sequence[Trigger]) -> list[str]:
    """Start runs, a single one by the call for one; their ids in the same order. Runs on the I/O loop."""
    if len(runs) == 1:
        return [await gateway.trigger(runs[0])]
    return await gateway.bulk_trigger(runs)
