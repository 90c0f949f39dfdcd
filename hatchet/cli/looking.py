"""Words that show something: lists, one run, its lines, what happens in it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from itertools import islice

from hatchet import rows as made
from hatchet.cli.ending import Exit, Stop
from hatchet.cli.engines import connected
from hatchet.cli.shown import Shown
from hatchet.cli.values import ago, pairs_of
from hatchet.client import Hatchet
from hatchet.errors import RunCancelled, RunFailed
from hatchet.rows import Row
from hatchet.runs.results import WorkflowResult
from hatchet.wire.values import RunStatus
from hatchet_api.rest.models import V1TaskStatus


def runs(chosen: argparse.Namespace) -> Exit:
    """`runs list`."""
    statuses = [_status(text) for text in chosen.status or ()] or None

    def rows(hatchet: Hatchet) -> Iterable[Row]:
        found = hatchet.runs.iterate(
            since=ago(chosen.since),
            statuses=statuses,
            workflow_ids=[workflow_id(hatchet, name) for name in chosen.workflow or ()] or None,
            additional_metadata=pairs_of(chosen.metadata),
            page_size=min(chosen.limit, 500),
        )
        return map(made.run, islice(found, chosen.limit))

    return _listed(chosen, rows, "no runs")


def _listed(chosen: argparse.Namespace, rows: Callable[[Hatchet], Iterable[Row]], none: str) -> Exit:
    """Show the rows of a list; `none` is said where there are none."""
    with connected(chosen) as hatchet:
        Shown(as_json=chosen.json).rows(rows(hatchet), none)
    return Exit.FINE


def _status(text: str) -> V1TaskStatus:
    status = V1TaskStatus(text)
    if not status.is_known:
        raise Stop(Exit.USAGE, f"there is no status {text!r}; write one of {', '.join(V1TaskStatus)}")
    return status


def run(chosen: argparse.Namespace) -> Exit:
    """`runs get`."""
    with connected(chosen) as hatchet:
        shown = Shown(as_json=chosen.json)
        details = hatchet.runs.get(chosen.id)
        tasks: list[Row] = [
            {
                "task": task.display_name,
                "id": task.task_external_id,
                "status": task.status.value,
                "attempt": task.attempt,
                "started": task.started_at,
                "finished": task.finished_at,
                "output": task.output,
                "error": task.error_message,
            }
            for task in details.tasks
        ]
        whole: dict[str, object] = {
            "id": details.run.metadata.id,
            "name": details.run.display_name,
            "status": details.run.status.value,
            "created": details.run.created_at,
            "started": details.run.started_at,
            "finished": details.run.finished_at,
            "input": made.own_input(details.run.input),
            "output": details.run.output,
            "metadata": details.run.additional_metadata,
            "error": details.run.error_message,
        }
        if chosen.json:
            shown.one({**whole, "tasks": tasks})
            return Exit.FINE
        shown.one({name: value for name, value in whole.items() if value is not None})
        print()
        shown.rows(tasks, "no tasks")
    return Exit.FINE


def logs(chosen: argparse.Namespace) -> Exit:
    """`runs logs`."""
    with connected(chosen) as hatchet:
        shown = Shown(as_json=chosen.json)
        tasks = hatchet.runs.get(chosen.id).tasks
        for task in tasks:
            read = hatchet.logs.follow if chosen.follow else hatchet.logs.iterate
            for line in read(task.task_external_id):
                level = "" if line.level is None else line.level.value
                shown.say(
                    f"{line.created_at:%H:%M:%S} {task.display_name} {level:<5} {line.message}",
                    task=task.display_name, created=line.created_at, level=level, message=line.message,
                )  # fmt: skip
    return Exit.FINE


def watch(chosen: argparse.Namespace) -> Exit:
    """`runs watch`; it ends as the run does."""
    with connected(chosen) as hatchet:
        shown = Shown(as_json=chosen.json)
        ref = hatchet.runs.get_run_ref(chosen.id)
        if not ref.details().done:
            for event in ref.stream():
                kind = "SOMETHING NEW" if event.type is None else event.type.value
                shown.say(f"{kind}  {event.payload}".rstrip(), type=kind, payload=event.payload)
        # An engine may show another state for a moment after the end; what it says of the end itself is sure.
        [ended] = hatchet.runs.wait_for([chosen.id])
        if isinstance(ended, WorkflowResult):
            status = RunStatus.COMPLETED
        elif isinstance(ended, RunCancelled | RunFailed):
            status = RunStatus.CANCELLED if isinstance(ended, RunCancelled) else RunStatus.FAILED
        else:
            raise ended
        shown.say(status.value, status=status.value)
    return Exit.FINE if status is RunStatus.COMPLETED else Exit.FAILED


def workflows(chosen: argparse.Namespace) -> Exit:
    """`workflows list`."""
    return _listed(
        chosen,
        lambda hatchet: map(made.workflow, hatchet.workflows.iterate()),
        "no workflows; a worker registers them",
    )


def workers(chosen: argparse.Namespace) -> Exit:
    """`workers list`."""
    return _listed(
        chosen,
        lambda hatchet: map(made.worker, hatchet.workers.iterate()),
        "no workers",
    )


def events(chosen: argparse.Namespace) -> Exit:
    """`events list`."""
    return _listed(
        chosen,
        lambda hatchet: map(made.event, islice(hatchet.event.iterate(page_size=min(chosen.limit, 500)), chosen.limit)),
        "no events",
    )


def crons(chosen: argparse.Namespace) -> Exit:
    """`crons list`."""
    return _listed(
        chosen,
        lambda hatchet: map(made.cron, hatchet.cron.iterate()),
        "no crons",
    )


def schedules(chosen: argparse.Namespace) -> Exit:
    """`schedules list`."""
    return _listed(
        chosen,
        lambda hatchet: map(made.schedule, hatchet.scheduled.iterate()),
        "no scheduled runs",
    )


def rate_limits(chosen: argparse.Namespace) -> Exit:
    """`rate-limits list`."""
    return _listed(
        chosen,
        lambda hatchet: map(made.rate_limit, hatchet.rate_limits.iterate()),
        "no rate limits",
    )


def webhooks(chosen: argparse.Namespace) -> Exit:
    """`webhooks list`."""
    return _listed(
        chosen,
        lambda hatchet: map(made.webhook, hatchet.webhooks.iterate()),
        "no webhooks",
    )


def durable(chosen: argparse.Namespace) -> Exit:
    """`durable show`."""
    return _listed(
        chosen,
        lambda hatchet: map(made.durable_entry, hatchet.runs.durable_log(chosen.id)),
        "the log is empty",
    )


def workflow_id(hatchet: Hatchet, name: str) -> str:
    """The id of a workflow, by its name."""
    full = hatchet.config.apply_namespace(name)
    for each in hatchet.workflows.iterate(name):
        if each.name == full:
            return each.metadata.id
    raise Stop(Exit.NOT_FOUND, f"there is no workflow {full!r}; a worker registers it")
