"""What the page does: each action is an address that a form is sent to, and says where to go on."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from hatchet.errors import InputError
from hatchet.options.values import RateLimitDuration
from hatchet.page.filled import text_at
from hatchet.page.parts import Ask, View, address
from hatchet.page.runs import moment_of, place_of
from hatchet.page.workflows import start
from hatchet.rows import is_object

Form = Mapping[str, list[str]]
Action = Callable[[Ask, Form], Awaitable[str | View]]
"""Does something; where to go on, or what is to be seen in its place."""

PAUSED_FOR: Final = timedelta(days=1)  # how long runs may wait for a workflow that is paused by a button


def _object(text: str, what: str) -> dict[str, Any]:  # Any: JSON of any shape
    try:
        value: object = json.loads(text or "{}")
    except ValueError as error:
        raise InputError(f"{what} is no JSON: {error}") from error
    if not is_object(value):
        raise InputError(f"{what} is no JSON object")
    return value


async def cancel_run(ask: Ask, form: Form) -> str:
    """Cancel a run."""
    await ask.hatchet.runs.aio_cancel(ask.path("run"))
    return address(f"/runs/{ask.path('run')}", done="cancelled")


async def replay_run(ask: Ask, form: Form) -> str:
    """Run a run again."""
    await ask.hatchet.runs.aio_replay(ask.path("run"))
    return address(f"/runs/{ask.path('run')}", done="replayed")


async def cancel_task(ask: Ask, form: Form) -> str:
    """Cancel one task of a run."""
    await ask.hatchet.runs.aio_cancel(ask.path("task"))
    return await _back(ask, "cancelled")


async def replay_task(ask: Ask, form: Form) -> str:
    """Run one task of a run again."""
    await ask.hatchet.runs.aio_replay(ask.path("task"))
    return await _back(ask, "replayed")


async def restore_task(ask: Ask, form: Form) -> str:
    """Bring a durable task back that sleeps without a worker."""
    await ask.hatchet.runs.aio_restore(ask.path("task"))
    return await _back(ask, "restored")


async def branch(ask: Ask, form: Form) -> str:
    """Run a durable task again from an entry of its log."""
    node, number = (_number(text_at(form, name), name) for name in ("node", "branch"))
    await ask.hatchet.runs.aio_branch_durable_task(ask.path("task"), node, number)
    return await _back(ask, "branched")


async def _back(ask: Ask, done: str) -> str:
    return f"{await place_of(ask.hatchet, ask.path('task'))}&done={done}#task"


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise InputError(f"{what} is {text!r}, which is no number")
    return int(text)


async def pause_workflow(ask: Ask, form: Form) -> str:
    """Hold new runs of a workflow back."""
    await ask.hatchet.workflows.aio_pause(ask.path("workflow"), PAUSED_FOR)
    return address(f"/workflows/{ask.path('workflow')}", done="paused")


async def resume_workflow(ask: Ask, form: Form) -> str:
    """Let them go."""
    await ask.hatchet.workflows.aio_unpause(ask.path("workflow"))
    return address(f"/workflows/{ask.path('workflow')}", done="resumed")


async def delete_workflow(ask: Ask, form: Form) -> str:
    """Delete a workflow."""
    await ask.hatchet.workflows.aio_delete(ask.path("workflow"))
    return address("/workflows", done="deleted")


async def pause_worker(ask: Ask, form: Form) -> str:
    """Give a worker no new work."""
    await ask.hatchet.workers.aio_pause(ask.path("worker"))
    return address("/workers", done="paused")


async def resume_worker(ask: Ask, form: Form) -> str:
    """Give it work again."""
    await ask.hatchet.workers.aio_unpause(ask.path("worker"))
    return address("/workers", done="resumed")


async def push_event(ask: Ask, form: Form) -> str:
    """Push an event."""
    payload = _object(text_at(form, "payload"), "the payload")
    await ask.hatchet.event.aio_push(text_at(form, "key"), payload, scope=text_at(form, "scope") or None)
    return address("/events", done="pushed")


async def create_cron(ask: Ask, form: Form) -> str:
    """Create a cron."""
    given = _object(text_at(form, "input"), "the input")
    await ask.hatchet.cron.aio_create(
        text_at(form, "workflow"), text_at(form, "name"), text_at(form, "expression"), given
    )
    return address("/crons", done="created")


async def trigger_cron(ask: Ask, form: Form) -> str:
    """Start a run as a tick would."""
    ref = await ask.hatchet.cron.aio_trigger(ask.path("cron"))
    return address(f"/runs/{ref.workflow_run_id}", done="started")


async def enable_cron(ask: Ask, form: Form) -> str:
    """Let the ticks of a cron start runs."""
    await ask.hatchet.cron.aio_update(ask.path("cron"), enabled=True)
    return address("/crons", done="resumed")


async def disable_cron(ask: Ask, form: Form) -> str:
    """Let them start none."""
    await ask.hatchet.cron.aio_update(ask.path("cron"), enabled=False)
    return address("/crons", done="paused")


async def delete_cron(ask: Ask, form: Form) -> str:
    """Delete a cron."""
    await ask.hatchet.cron.aio_delete(ask.path("cron"))
    return address("/crons", done="deleted")


async def create_schedule(ask: Ask, form: Form) -> str:
    """Schedule a run."""
    at = moment_of(text_at(form, "at"))
    given = _object(text_at(form, "input"), "the input")
    await ask.hatchet.scheduled.aio_create(text_at(form, "workflow"), at, given)
    return address("/schedules", done="created")


async def trigger_schedule(ask: Ask, form: Form) -> str:
    """Start a scheduled run now."""
    ref = await ask.hatchet.scheduled.aio_trigger(ask.path("schedule"))
    return address(f"/runs/{ref.workflow_run_id}", done="started")


async def delete_schedule(ask: Ask, form: Form) -> str:
    """Delete a scheduled run."""
    await ask.hatchet.scheduled.aio_delete(ask.path("schedule"))
    return address("/schedules", done="deleted")


async def set_rate_limit(ask: Ask, form: Form) -> str:
    """Set a rate limit."""
    per = text_at(form, "per")
    if per not in RateLimitDuration.__members__:
        raise InputError(f"there is no window {per!r}")
    await ask.hatchet.rate_limits.aio_put(
        text_at(form, "key"), _number(text_at(form, "limit"), "the limit"), RateLimitDuration[per]
    )
    return address("/rate-limits", done="set")


async def delete_rate_limit(ask: Ask, form: Form) -> str:
    """Delete a rate limit."""
    await ask.hatchet.rate_limits.aio_delete(text_at(form, "key"))
    return address("/rate-limits", done="deleted")


async def delete_webhook(ask: Ask, form: Form) -> str:
    """Delete a webhook."""
    await ask.hatchet.webhooks.aio_delete(text_at(form, "webhook"))
    return address("/webhooks", done="deleted")


ACTIONS: Final[dict[str, Action]] = {
    "/runs/{run:uuid}/cancel": cancel_run,
    "/runs/{run:uuid}/replay": replay_run,
    "/tasks/{task:uuid}/cancel": cancel_task,
    "/tasks/{task:uuid}/replay": replay_task,
    "/tasks/{task:uuid}/restore": restore_task,
    "/tasks/{task:uuid}/branch": branch,
    "/workflows/{workflow:uuid}/start": start,
    "/workflows/{workflow:uuid}/pause": pause_workflow,
    "/workflows/{workflow:uuid}/resume": resume_workflow,
    "/workflows/{workflow:uuid}/delete": delete_workflow,
    "/workers/{worker:uuid}/pause": pause_worker,
    "/workers/{worker:uuid}/resume": resume_worker,
    "/events/push": push_event,
    "/crons/create": create_cron,
    "/crons/{cron:uuid}/trigger": trigger_cron,
    "/crons/{cron:uuid}/enable": enable_cron,
    "/crons/{cron:uuid}/disable": disable_cron,
    "/crons/{cron:uuid}/delete": delete_cron,
    "/schedules/create": create_schedule,
    "/schedules/{schedule:uuid}/trigger": trigger_schedule,
    "/schedules/{schedule:uuid}/delete": delete_schedule,
    "/rate-limits/set": set_rate_limit,
    "/rate-limits/delete": delete_rate_limit,
    "/webhooks/delete": delete_webhook,
}
"""Every action, by the address that its form is sent to."""
