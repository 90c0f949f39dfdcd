"""REST operations on crons and scheduled runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from hatchet.engine.hub import Hub
from hatchet.engine.rest import requests
from hatchet.engine.rest.fields import moment, resource
from hatchet.engine.rest.pages import Page, ending_early
from hatchet.engine.rules.crons import Cron
from hatchet.engine.rules.schedules import Schedule
from hatchet.engine.state import jsontext
from hatchet.engine.state.definitions import Workflow
from hatchet.engine.state.errors import invalid
from hatchet.engine.state.jsontext import JsonObject, JsonValue
from hatchet_api.rest.models.create_cron_workflow_trigger_request import CreateCronWorkflowTriggerRequest
from hatchet_api.rest.models.schedule_workflow_run_request import ScheduleWorkflowRunRequest
from hatchet_api.rest.models.scheduled_run_status import ScheduledRunStatus
from hatchet_api.rest.models.scheduled_workflows_bulk_delete_request import ScheduledWorkflowsBulkDeleteRequest
from hatchet_api.rest.models.scheduled_workflows_bulk_update_request import ScheduledWorkflowsBulkUpdateRequest
from hatchet_api.rest.models.update_cron_workflow_trigger_request import UpdateCronWorkflowTriggerRequest
from hatchet_api.rest.models.update_scheduled_workflow_run_request import UpdateScheduledWorkflowRunRequest


class TimeRoutes:
    """Handlers for `/api/v1/tenants/{tenant}/workflows/…` on what runs at times."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def create_cron(self, request: Request) -> JsonValue:
        """POST /api/v1/tenants/{tenant}/workflows/{workflow}/crons"""
        given = await requests.parsed(request, CreateCronWorkflowTriggerRequest)
        cron = self._hub.crons.create(
            self._workflow_named(request),
            given.cron_name,
            given.cron_expression,
            _object(given.input, "input"),
            _object(given.additional_metadata, "additionalMetadata"),
            given.priority if given.priority is not None else 1,
            self._hub.now(),
        )
        await self._hub.turns.stored()
        return self._cron_view(cron)

    async def crons(self, request: Request) -> Page:
        """GET /api/v1/tenants/{tenant}/workflows/crons"""
        query = request.query_params
        workflow_id = requests.optional_uuid(request, "workflowId")
        metadata = requests.pairs(requests.many(request, "additionalMetadata"))
        field = requests.choice(request, "orderByField", "createdAt", ("createdAt", "name"))
        descending = _descending(request)
        found = [
            cron
            for cron in self._hub.crons.shelf
            if (workflow_id is None or cron.workflow_id == workflow_id)
            and query.get("workflowName") in (None, self._name(cron.workflow_id))
            and query.get("cronName") in (None, cron.name)
            and _has(cron.metadata, metadata)
        ]
        if field == "name":
            found.sort(key=lambda cron: self._name(cron.workflow_id), reverse=descending)
        else:
            found.sort(key=lambda cron: cron.created_at, reverse=descending)
        part = requests.part(request)
        return ending_early(map(self._cron_view, part.of(found)), len(found), part)

    async def cron(self, request: Request) -> JsonValue:
        """GET /api/v1/tenants/{tenant}/workflows/crons/{cron}"""
        return self._cron_view(self._cron(request))

    async def update_cron(self, request: Request) -> JsonValue:
        """PATCH /api/v1/tenants/{tenant}/workflows/crons/{cron}"""
        cron = self._cron(request)
        given = await requests.parsed(request, UpdateCronWorkflowTriggerRequest)
        if given.enabled is not None:
            self._hub.crons.enable(cron, given.enabled, self._hub.now())
            await self._hub.turns.stored()
        return None

    async def delete_cron(self, request: Request) -> JsonValue:
        """DELETE /api/v1/tenants/{tenant}/workflows/crons/{cron}"""
        self._hub.crons.delete(self._cron(request))
        await self._hub.turns.stored()
        return None

    async def trigger_cron(self, request: Request) -> JsonValue:
        """POST /api/v1/tenants/{tenant}/workflows/crons/{cron}"""
        now = self._hub.now()
        run_id = self._hub.crons.run(self._cron(request), now, now)
        await self._hub.turns.stored()
        return {"externalId": run_id}

    async def create_schedule(self, request: Request) -> JsonValue:
        """POST /api/v1/tenants/{tenant}/workflows/{workflow}/scheduled"""
        given = await requests.parsed(request, ScheduleWorkflowRunRequest)
        schedule = self._hub.schedules.create(
            self._workflow_named(request),
            requests.timestamp(given.trigger_at),
            _object(given.input, "input"),
            _object(given.additional_metadata, "additionalMetadata"),
            given.priority,
            self._hub.now(),
        )
        await self._hub.turns.stored()
        return self._schedule_view(schedule)

    async def schedules(self, request: Request) -> Page:
        """GET /api/v1/tenants/{tenant}/workflows/scheduled"""
        field = requests.choice(request, "orderByField", "triggerAt", ("triggerAt", "createdAt"))
        descending = _descending(request)
        statuses = requests.many(request, "statuses")
        for status in statuses:
            if not ScheduledRunStatus(status).is_known:
                raise invalid(f"unknown status {status!r}; use {', '.join(ScheduledRunStatus)}")
        found = self._chosen(
            workflow_id=requests.optional_uuid(request, "workflowId"),
            parents=[
                requests.optional_uuid(request, "parentWorkflowRunId"),
                requests.optional_uuid(request, "parentStepRunId"),
            ],
            metadata=requests.pairs(requests.many(request, "additionalMetadata")),
        )
        # What has fired is forgotten, so everything there is to list is still scheduled.
        if statuses and ScheduledRunStatus.SCHEDULED.value not in statuses:
            found = []
        found.sort(
            key=lambda schedule: schedule.trigger_at if field == "triggerAt" else schedule.created_at,
            reverse=descending,
        )
        part = requests.part(request)
        return ending_early(map(self._schedule_view, part.of(found)), len(found), part)

    async def schedule(self, request: Request) -> JsonValue:
        """GET /api/v1/tenants/{tenant}/workflows/scheduled/{schedule}"""
        return self._schedule_view(self._schedule(request))

    async def update_schedule(self, request: Request) -> JsonValue:
        """PATCH /api/v1/tenants/{tenant}/workflows/scheduled/{schedule}"""
        schedule = self._schedule(request)
        given = await requests.parsed(request, UpdateScheduledWorkflowRunRequest)
        changed = self._hub.schedules.move(schedule, requests.timestamp(given.trigger_at), self._hub.now())
        await self._hub.turns.stored()
        return self._schedule_view(changed)

    async def delete_schedule(self, request: Request) -> JsonValue:
        """DELETE /api/v1/tenants/{tenant}/workflows/scheduled/{schedule}"""
        self._hub.schedules.delete(self._schedule(request))
        await self._hub.turns.stored()
        return None

    async def trigger_schedule(self, request: Request) -> JsonValue:
        """POST /api/v1/tenants/{tenant}/workflows/scheduled/{schedule}"""
        run_id = self._hub.schedules.run(self._schedule(request), self._hub.now())
        await self._hub.turns.stored()
        return {"externalId": run_id}

    async def delete_schedules(self, request: Request) -> JsonValue:
        """POST /api/v1/tenants/{tenant}/workflows/scheduled/bulk-delete"""
        given = await requests.parsed(request, ScheduledWorkflowsBulkDeleteRequest)
        ids = [str(each) for each in given.scheduled_workflow_run_ids or ()]
        chosen = given.filter
        if ids and chosen is not None:
            raise invalid("Provide either scheduledWorkflowRunIds or filter, not both.")
        if chosen is not None:
            found = self._chosen(
                workflow_id=str(chosen.workflow_id) if chosen.workflow_id is not None else None,
                parents=[chosen.parent_workflow_run_id, chosen.parent_step_run_id],
                metadata=requests.pairs(chosen.additional_metadata or ()),
            )
            ids = [schedule.id for schedule in found]
        elif not ids:
            raise invalid("Provide scheduledWorkflowRunIds or filter.")
        deleted: list[JsonValue] = []
        errors: list[JsonValue] = []
        found_ids = {identity for identity in ids if self._hub.schedules.shelf.get(identity) is not None}
        for identity in ids:
            # An id that is given twice is answered twice.
            if identity in found_ids:
                deleted.append(identity)
            else:
                errors.append({"id": identity, "error": "Failed to delete scheduled workflow."})
            schedule = self._hub.schedules.shelf.get(identity)
            if schedule is not None:
                self._hub.schedules.delete(schedule)
        await self._hub.turns.stored()
        return {"deletedIds": deleted, "errors": errors}

    async def update_schedules(self, request: Request) -> JsonValue:
        """POST /api/v1/tenants/{tenant}/workflows/scheduled/bulk-update"""
        given = await requests.parsed(request, ScheduledWorkflowsBulkUpdateRequest)
        updated: list[JsonValue] = []
        errors: list[JsonValue] = []
        for update in given.updates:
            schedule = self._hub.schedules.shelf.get(str(update.id))
            if schedule is None:
                errors.append({"id": str(update.id), "error": "Scheduled workflow not found."})
                continue
            self._hub.schedules.move(schedule, requests.timestamp(update.trigger_at), self._hub.now())
            updated.append(schedule.id)
        await self._hub.turns.stored()
        return {"updatedIds": updated, "errors": errors}

    def _chosen(
        self, *, workflow_id: str | None, parents: Sequence[object], metadata: Mapping[str, str]
    ) -> list[Schedule]:
        # No scheduled run has a parent: the protocol checks one and does not keep it.
        if any(parent is not None for parent in parents):
            return []
        return [
            schedule
            for schedule in self._hub.schedules.shelf
            if (workflow_id is None or schedule.workflow_id == workflow_id) and _has(schedule.metadata, metadata)
        ]

    def _cron(self, request: Request) -> Cron:
        return requests.path_thing(request, "cron", self._hub.crons.shelf.get)

    def _schedule(self, request: Request) -> Schedule:
        get = self._hub.schedules.shelf.get
        return requests.path_thing(request, "schedule", get, "scheduled run", "; one that has fired is forgotten")

    def _workflow_named(self, request: Request) -> Workflow:
        workflow = self._hub.core.workflows.get(request.path_params["workflow"])
        if workflow is None:
            raise invalid("workflow not found")
        return workflow

    def _name(self, workflow_id: str) -> str:
        return self._hub.core.workflow_ids[workflow_id].name

    def _cron_view(self, cron: Cron) -> JsonObject:
        view: JsonObject = {
            **self._trigger_view(cron),
            "cron": cron.expression,
            "name": cron.name,
            "enabled": cron.enabled,
            "method": "DEFAULT" if cron.declarative else "API",
        }
        if cron.declarative:
            del view["additionalMetadata"]
        return view

    def _schedule_view(self, schedule: Schedule) -> JsonObject:
        return {
            **self._trigger_view(schedule),
            "triggerAt": moment(schedule.trigger_at),
            "method": "API",
            # What the real engine says of a run that there is not yet.
            "workflowRunCreatedAt": "0001-01-01T00:00:00Z",
            "workflowRunName": "",
        }

    def _trigger_view(self, trigger: Cron | Schedule) -> JsonObject:
        workflow = self._hub.core.workflow_ids[trigger.workflow_id]
        return {
            "metadata": resource(trigger.id, trigger.created_at, trigger.updated_at),
            "tenantId": self._hub.tenant_id,
            "workflowVersionId": workflow.current.id,
            "workflowId": workflow.id,
            "workflowName": workflow.name,
            "input": jsontext.object_or_empty(trigger.input),
            "additionalMetadata": jsontext.object_or_empty(trigger.metadata),
            "priority": trigger.priority,
        }


def _descending(request: Request) -> bool:
    return requests.choice(request, "orderByDirection", "DESC", ("ASC", "DESC")) == "DESC"


# The models have free-form objects as dicts of Any.
def _object(value: dict[str, Any], name: str) -> str:
    text = jsontext.dump(value)
    try:
        jsontext.parse_object(text, name)
    except ValueError as error:
        raise invalid(str(error)) from None
    return text


def _has(metadata: str, wanted: Mapping[str, str]) -> bool:
    if not wanted:
        return True
    found = jsontext.object_or_empty(metadata)
    return all(found.get(key) == value for key, value in wanted.items())
