"""The v1 AdminService: registration, run details, cancelling and replaying."""

from __future__ import annotations

from hatchet.engine.grpc import details
from hatchet.engine.grpc.validate import registration_of, wanted_labels
from hatchet.engine.hub import Hub
from hatchet.engine.rules.idempotency import Collided
from hatchet.engine.rules.triggering import Trigger, parse_uuid
from hatchet.engine.state.errors import Code, Refused, invalid, not_found
from hatchet.engine.state.model import Run, Status
from hatchet.engine.state.settings import MAX_MESSAGE_BYTES
from hatchet.engine.storage.selection import MAX_CANCEL, MAX_REPLAY, Part, Selection, with_evicted
from hatchet_api import calls
from hatchet_api.grpc.v1 import workflows_pb2

_STATUS = {
    Status.PENDING: workflows_pb2.QUEUED,
    Status.QUEUED: workflows_pb2.QUEUED,
    Status.RUNNING: workflows_pb2.RUNNING,
    Status.COMPLETED: workflows_pb2.COMPLETED,
    Status.FAILED: workflows_pb2.FAILED,
    Status.CANCELLED: workflows_pb2.CANCELLED,
    Status.EVICTED: workflows_pb2.RUNNING,
}


class AdminService:
    """Serves `/v1.AdminService/*`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def put_workflow(
        self,
        request: workflows_pb2.CreateWorkflowVersionRequest,
        context: calls.Context,
    ) -> workflows_pb2.CreateWorkflowVersionResponse:
        """Register a workflow; an unchanged one keeps its newest version."""
        version = self._hub.catalog.put(registration_of(request), self._hub.now())
        await self._hub.turns.stored()
        return workflows_pb2.CreateWorkflowVersionResponse(id=version.id, workflow_id=version.workflow_id)

    async def cancel_tasks(
        self,
        request: workflows_pb2.CancelTasksRequest,
        context: calls.Context,
    ) -> workflows_pb2.CancelTasksResponse:
        """Cancel runs or tasks by id or by filter; the answer lists what was asked for."""
        ids = self._ids(list(request.external_ids), request.filter if request.HasField("filter") else None, MAX_CANCEL)
        for external_id in ids:
            self._hub.lifecycle.cancel_any(self._hub.core.find(external_id), self._hub.now())
        await self._hub.turns.stored()
        return workflows_pb2.CancelTasksResponse(cancelled_tasks=ids)

    async def replay_tasks(
        self,
        request: workflows_pb2.ReplayTasksRequest,
        context: calls.Context,
    ) -> workflows_pb2.ReplayTasksResponse:
        """Run ended runs or tasks again; the answer lists the tasks that start over."""
        ids = self._ids(list(request.external_ids), request.filter if request.HasField("filter") else None, MAX_REPLAY)
        replayed = self._hub.replays.start(map(self._hub.core.find, ids), self._hub.now())
        await self._hub.turns.stored()
        return workflows_pb2.ReplayTasksResponse(replayed_tasks=replayed)

    async def trigger_workflow_run(
        self,
        request: workflows_pb2.TriggerWorkflowRunRequest,
        context: calls.Context,
    ) -> workflows_pb2.TriggerWorkflowRunResponse:
        """Start one run."""
        trigger = Trigger(
            workflow=request.workflow_name,
            input=_text(request.input, "input"),
            metadata=_text(request.additional_metadata, "additional_metadata"),
            priority=request.priority if request.HasField("priority") else None,
            desired_labels=wanted_labels(request.desired_worker_labels),
        )
        try:
            [run_id] = self._hub.triggering.trigger([trigger], self._hub.now())
        except Collided as collided:
            raise details.of_one(collided) from collided
        await self._hub.turns.stored()
        return workflows_pb2.TriggerWorkflowRunResponse(external_id=run_id)

    async def get_run_details(
        self,
        request: workflows_pb2.GetRunDetailsRequest,
        context: calls.Context,
    ) -> workflows_pb2.GetRunDetailsResponse:
        """Status, input and, once the run has ended, outputs and errors task by task."""
        found = self._hub.core.find(parse_uuid(request.external_id, "invalid external id"))
        if found is None:
            raise not_found("workflow run not found")
        run = found if isinstance(found, Run) else found.run
        tasks = list(run.tasks.values()) if isinstance(found, Run) else [found]
        ended = run.unfinished == 0
        response = workflows_pb2.GetRunDetailsResponse(
            input=run.input.encode(), additional_metadata=run.metadata.encode(), done=ended
        )
        shown: list[workflows_pb2.RunStatus.ValueType] = []
        for task in tasks:
            if not task.is_created:
                continue
            detail = response.task_runs[task.definition.name]
            detail.external_id = task.id
            detail.readable_id = task.definition.name
            if ended:
                detail.status = _STATUS[task.status]
                detail.error = (task.error or "") if task.status is Status.FAILED else ""
                if task.output:
                    detail.output = task.output.encode()
            else:
                # Until the run has ended nothing of a single task's end is shown, by the protocol.
                begun = task.status is Status.RUNNING or task.evicted_at is not None
                detail.status = workflows_pb2.RUNNING if begun else workflows_pb2.QUEUED
                detail.is_evicted = task.evicted_at is not None
                response.is_evicted |= detail.is_evicted
            shown.append(detail.status)
        response.status = _combined(shown)
        if (size := response.ByteSize()) > MAX_MESSAGE_BYTES:
            raise Refused(
                Code.EXHAUSTED,
                # As gRPC says it of any message: a client tells it from a limit of the tenant by these words.
                f"trying to send message larger than max ({size} vs. {MAX_MESSAGE_BYTES}): the details of run {run.id};"
                " read its tasks one by one, or by REST",
            )
        return response

    async def branch_durable_task(
        self,
        request: workflows_pb2.BranchDurableTaskRequest,
        context: calls.Context,
    ) -> workflows_pb2.BranchDurableTaskResponse:
        """Run a durable task again from a node of a branch of its log."""
        hub = self._hub
        task = hub.core.find_task(parse_uuid(request.task_external_id, "invalid task_external_id"))
        if task is None:
            raise not_found(f"task not found: {request.task_external_id}")
        branch = hub.branching.branch(task, request.node_id, request.branch_id, hub.now())
        await hub.turns.stored()
        return workflows_pb2.BranchDurableTaskResponse(
            task_external_id=request.task_external_id, node_id=request.node_id, branch_id=branch
        )

    def _ids(self, given: list[str], chosen: workflows_pb2.TasksFilter | None, limit: int) -> list[str]:
        if given and chosen is not None:
            raise invalid("cannot provide both external ids and filter")
        if len(given) > MAX_CANCEL:
            raise invalid(f"up to {MAX_CANCEL} external ids at once, not {len(given)}: ask in several calls")
        if chosen is None:
            return [parse_uuid(each, "invalid external id") for each in given]
        self._hub.turns.run()
        selection = Selection(
            since=chosen.since.seconds + chosen.since.nanos / 1e9,
            until=chosen.until.seconds + chosen.until.nanos / 1e9 if chosen.HasField("until") else None,
            statuses=with_evicted(chosen.statuses),
            workflow_ids=tuple(parse_uuid(each, "invalid workflow id") for each in chosen.workflow_ids),
            metadata=tuple(chosen.additional_metadata),
            part=Part(limit),
        )
        return selection.run_ids(self._hub.store.db)


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise invalid(f"Invalid request: {what} is not UTF-8") from None


def _combined(statuses: list[workflows_pb2.RunStatus.ValueType]) -> workflows_pb2.RunStatus.ValueType:
    """The status of a run as this call derives it; a failure shows before the rest has ended."""
    kinds = set(statuses)
    if len(kinds) == 1:
        return kinds.pop()
    if workflows_pb2.FAILED in kinds:
        return workflows_pb2.FAILED
    if workflows_pb2.RUNNING in kinds or workflows_pb2.QUEUED in kinds:
        return workflows_pb2.RUNNING
    return workflows_pb2.CANCELLED if workflows_pb2.CANCELLED in kinds else workflows_pb2.QUEUED
