"""REST operations on workflows."""

from __future__ import annotations

from starlette.requests import Request

from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.pages import Page, ending
from hatchet.engine.rest.registry_views import RegistryViews
from hatchet.engine.state import durations
from hatchet.engine.state.definitions import Workflow
from hatchet.engine.state.errors import invalid, not_found
from hatchet.engine.state.jsontext import JsonValue
from hatchet_api.rest.models.pause_workflow_request_pause import PauseWorkflowRequestPause


class WorkflowRoutes:
    """Handlers for `/api/v1/workflows/…` and the list of workflows."""

    def __init__(self, hub: Hub, views: RegistryViews) -> None:
        self._hub = hub
        self._views = views

    async def workflows(self, request: Request) -> Page:
        """GET /api/v1/tenants/{tenant}/workflows"""
        part = requests.part(request)
        name = request.query_params.get("name", "").lower()
        found = sorted(
            (each for each in self._hub.core.workflows.values() if name in each.name.lower()),
            key=lambda each: each.created_at,
            reverse=True,
        )
        return ending(map(self._views.listed_workflow, part.of(found)), len(found), part)

    async def workflow(self, request: Request) -> JsonValue:
        """GET /api/v1/workflows/{workflow}"""
        return self._views.workflow(self._workflow(request))

    async def workflow_version(self, request: Request) -> JsonValue:
        """GET /api/v1/workflows/{workflow}/versions"""
        workflow = self._workflow(request)
        wanted = requests.optional_uuid(request, "version")
        if wanted is None:
            return self._views.version(workflow.current, workflow)
        for version in self._hub.archive.versions_of(workflow.id):
            if version.id == wanted:
                return self._views.version(version, workflow)
        raise not_found(f"version {wanted} of workflow {workflow.name} not found")

    async def delete_workflow(self, request: Request) -> JsonValue:
        """DELETE /api/v1/workflows/{workflow}"""
        self._hub.catalog.delete(self._workflow(request))
        await self._hub.turns.stored()
        return None

    async def update_workflow(self, request: Request) -> JsonValue:
        """PATCH /api/v1/workflows/{workflow}"""
        workflow = self._workflow(request)
        wanted = (await requests.body(request)).get("pause")
        if wanted is not None:
            self._pause(workflow, wanted)
            await self._hub.turns.stored()
        return self._views.listed_workflow(workflow)

    def _pause(self, workflow: Workflow, wanted: JsonValue) -> None:
        action = wanted.get("action") if isinstance(wanted, dict) else None
        if action == "unpause":
            self._hub.pausing.unpause(workflow, self._hub.now())
        elif action == "pause":
            given = requests.validated(wanted, PauseWorkflowRequestPause)
            ttl = given.paused_workflow_queue_ttl
            if not durations.readable(ttl):
                raise invalid(f"pausedWorkflowQueueTTL is not a duration: {ttl!r}; write it like 90s, 24h or 1d")
            self._hub.pausing.pause(
                workflow,
                given.paused_workflow_cron_run_queue_behavior.value,
                given.paused_workflow_scheduled_run_queue_behavior.value,
                ttl,
                self._hub.now(),
            )
        else:
            raise invalid(f"field pause.action must be pause or unpause, got {action!r}")

    def _workflow(self, request: Request) -> Workflow:
        return requests.path_thing(request, "workflow", self._hub.core.workflow_ids.get)
