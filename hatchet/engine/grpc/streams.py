"""The Dispatcher service on runs: the streams that tell clients how they go and how they end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TypeVar

from hatchet.engine.delivery import messages
from hatchet.engine.delivery.outbox import Outbox
from hatchet.engine.hub import Hub
from hatchet.engine.rules.triggering import parse_uuid
from hatchet.engine.state.errors import Refused, invalid, not_found
from hatchet_api import calls
from hatchet_api.grpc import dispatcher_pb2

logger: logging.Logger = logging.getLogger(__name__)

RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")


class RunStreams:
    """Subscriptions of clients to runs."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def subscribe_to_workflow_runs(
        self,
        requests: AsyncIterator[dispatcher_pb2.SubscribeToWorkflowRunsRequest],
        context: calls.Context,
    ) -> AsyncIterator[dispatcher_pb2.WorkflowRunEvent]:
        """Tell once how each run ended that the client names; runs that have ended are answered at once."""
        box = self._hub.results.open()
        reader = asyncio.create_task(self._read_wanted_runs(requests, box))
        try:
            await confirm(context)
            while (event := await box.get()) is not None:
                yield event
        finally:
            reader.cancel()
            self._hub.results.close(box)

    async def _read_wanted_runs(
        self,
        requests: AsyncIterator[dispatcher_pb2.SubscribeToWorkflowRunsRequest],
        box: Outbox[dispatcher_pb2.WorkflowRunEvent],
    ) -> None:
        hub = self._hub
        try:
            async for request in requests:
                try:
                    run_id = parse_uuid(request.workflow_run_id, "invalid workflow run id")
                except Refused:
                    continue
                run = hub.core.find_run(run_id)
                if run is not None and run.finished_at is not None and run.id not in hub.core.changes.runs:
                    box.put(messages.run_finished(run, hub.now()))
                else:
                    hub.results.want(box, run_id)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("a result subscription could not be read on; it is ended, clients subscribe anew")
            box.close()

    async def subscribe_to_workflow_events(
        self,
        request: dispatcher_pb2.SubscribeToWorkflowEventsRequest,
        context: calls.Context,
    ) -> AsyncIterator[dispatcher_pb2.WorkflowEvent]:
        """Tell what happens from now on in one run, or in all runs whose metadata holds a pair."""
        hub = self._hub
        if request.HasField("workflow_run_id"):
            run_id = parse_uuid(request.workflow_run_id, "invalid workflow run id")
            run = hub.core.find_run(run_id)
            if run is not None and run.status.final:
                return
            stream = hub.events.follow_run(run_id)
        elif request.HasField("additional_meta_key") and request.HasField("additional_meta_value"):
            run_id, run = "", None
            stream = hub.events.follow_metadata(request.additional_meta_key, request.additional_meta_value)
        else:
            raise invalid("either workflow_run_id or additional_meta_key and additional_meta_value must be given")
        try:
            await confirm(context)
            if run is None and run_id:
                first = await stream.box.get(hub.settings.wait_for_unknown_run)
                if first is None:
                    raise not_found(f"workflow run {run_id} not found")
                yield first
            while (event := await stream.box.get()) is not None:
                yield event
        finally:
            hub.events.close(stream)


async def confirm(context: calls.Context) -> None:
    """Send the headers of a stream at once, so that a client can know that it is subscribed from here on."""
    await context.send_initial_metadata(())
