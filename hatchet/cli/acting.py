"""Words that change something: start, cancel and repeat runs, push events, create and delete."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from hatchet.cli.ending import Exit, Stop
from hatchet.cli.engines import connected
from hatchet.cli.looking import workflow_id
from hatchet.cli.shown import Shown
from hatchet.cli.values import json_of, object_of, pairs_of
from hatchet.client import Hatchet
from hatchet.errors import ServerError
from hatchet.options.values import RateLimitDuration

PAUSED_FOR = timedelta(days=1)
"""How long runs may wait for a workflow that is paused by a word."""


def trigger(chosen: argparse.Namespace) -> Exit:
    """`runs trigger`."""
    value = json_of(chosen.input, "--input")
    metadata = pairs_of(chosen.metadata) or {}
    with connected(chosen) as hatchet:
        shown = Shown(as_json=chosen.json)
        workflow_id(hatchet, chosen.workflow)  # an engine may give the id of a run that it never makes
        task = hatchet.stubs.workflow(name=chosen.workflow, input_validator=object)
        options = {} if chosen.priority is None else {"priority": chosen.priority}
        ref = task.run_no_wait(value, additional_metadata=metadata, **options)
        if not chosen.wait:
            shown.say(ref.workflow_run_id, id=ref.workflow_run_id)
            return Exit.FINE
        result = ref.result()
        shown.one({"id": ref.workflow_run_id, "output": dict(result)} if chosen.json else dict(result))
    return Exit.FINE


def cancel(chosen: argparse.Namespace) -> Exit:
    """`runs cancel`."""
    return _each(chosen, "id", lambda hatchet: hatchet.runs.cancel, "cancelled")


def replay(chosen: argparse.Namespace) -> Exit:
    """`runs replay`."""
    return _each(chosen, "id", lambda hatchet: hatchet.runs.replay, "runs again")


def _each(
    chosen: argparse.Namespace, name: str, action: Callable[[Hatchet], Callable[[str], object]], done: str
) -> Exit:
    """Do something to each thing that argument `name` names."""
    shown = Shown(as_json=chosen.json)
    given: str | list[str] = getattr(chosen, name)
    with connected(chosen) as hatchet:
        act = action(hatchet)
        for each in [given] if isinstance(given, str) else given:
            act(each)
            shown.say(f"{each} {done}", **{name: each, "done": done})
    return Exit.FINE


def workflow_pause(chosen: argparse.Namespace) -> Exit:
    """`workflows pause`."""

    def pause(hatchet: Hatchet, identity: str) -> object:
        return hatchet.workflows.pause(identity, PAUSED_FOR)

    return _workflow(chosen, pause, "is paused; its runs wait for a day at most")


def workflow_resume(chosen: argparse.Namespace) -> Exit:
    """`workflows resume`."""
    return _workflow(chosen, lambda hatchet, identity: hatchet.workflows.unpause(identity), "goes on")


def workflow_delete(chosen: argparse.Namespace) -> Exit:
    """`workflows delete`."""
    return _workflow(chosen, lambda hatchet, identity: hatchet.workflows.delete(identity), "is deleted")


def _workflow(chosen: argparse.Namespace, act: Callable[[Hatchet, str], object], done: str) -> Exit:
    with connected(chosen) as hatchet:
        act(hatchet, workflow_id(hatchet, chosen.name))
        Shown(as_json=chosen.json).say(f"{chosen.name} {done}", name=chosen.name, done=done)
    return Exit.FINE


def worker_pause(chosen: argparse.Namespace) -> Exit:
    """`workers pause`."""
    return _each(chosen, "id", lambda hatchet: hatchet.workers.pause, "gets no new work")


def worker_resume(chosen: argparse.Namespace) -> Exit:
    """`workers resume`."""
    return _each(chosen, "id", lambda hatchet: hatchet.workers.unpause, "gets work again")


def push(chosen: argparse.Namespace) -> Exit:
    """`events push`."""
    payload = object_of(chosen.payload, "the payload")
    with connected(chosen) as hatchet:
        pushed = hatchet.event.push(
            chosen.key, payload, scope=chosen.scope, additional_metadata=pairs_of(chosen.metadata) or {}
        )
        Shown(as_json=chosen.json).say(pushed.event_id, id=pushed.event_id, key=pushed.key)
    return Exit.FINE


def cron_create(chosen: argparse.Namespace) -> Exit:
    """`crons create`."""
    given = object_of(chosen.input, "--input")
    with connected(chosen) as hatchet:
        made = hatchet.cron.create(chosen.workflow, chosen.name, chosen.expression, given)
        [first] = hatchet.cron.next_times(chosen.expression, 1)  # one that is never due is not created
        told = f"{made.metadata.id}, first at {first:%Y-%m-%d %H:%M:%S} UTC"
        Shown(as_json=chosen.json).say(told, id=made.metadata.id, name=made.name, first=first)
    return Exit.FINE


def cron_delete(chosen: argparse.Namespace) -> Exit:
    """`crons delete`."""
    return _each(chosen, "id", lambda hatchet: partial(_delete_cron, hatchet), "is deleted")


def _delete_cron(hatchet: Hatchet, cron: str) -> None:
    try:
        hatchet.cron.delete(cron)
    except ServerError as error:
        # v0.101.27 calls it a fault of its own (500) that there is no such cron.
        if any(row.metadata.id == cron for row in hatchet.cron.iterate()):
            raise
        raise Stop(Exit.NOT_FOUND, f"there is no cron {cron}") from error


def schedule_delete(chosen: argparse.Namespace) -> Exit:
    """`schedules delete`."""
    return _each(chosen, "id", lambda hatchet: hatchet.scheduled.delete, "is deleted")


def rate_limit(chosen: argparse.Namespace) -> Exit:
    """`rate-limits set`."""
    with connected(chosen) as hatchet:
        hatchet.rate_limits.put(chosen.key, chosen.limit, RateLimitDuration(chosen.per))
        Shown(as_json=chosen.json).say(
            f"{chosen.key}: {chosen.limit} per {chosen.per.lower()}", key=chosen.key, limit=chosen.limit, per=chosen.per
        )
    return Exit.FINE


def webhook_delete(chosen: argparse.Namespace) -> Exit:
    """`webhooks delete`."""
    return _each(chosen, "name", lambda hatchet: hatchet.webhooks.delete, "is deleted")


def branch(chosen: argparse.Namespace) -> Exit:
    """`durable branch`."""
    with connected(chosen) as hatchet:
        hatchet.runs.branch_durable_task(chosen.id, chosen.node)
        Shown(as_json=chosen.json).say(
            f"{chosen.id} runs again from entry {chosen.node}", id=chosen.id, node=chosen.node
        )
    return Exit.FINE
