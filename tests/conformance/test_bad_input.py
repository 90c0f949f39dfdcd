"""What no engine takes is refused before anything is sent: which argument, what it was, and what to write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from hatchet import BulkCancelReplayOpts, Hatchet, InputError
from hatchet_api.rest.models import V1WebhookBasicAuth

MISSING = "00000000-0000-4000-8000-000000000000"
LATER = datetime(2040, 1, 1, tzinfo=timezone.utc)
BASIC = V1WebhookBasicAuth(username="u", password="p")
Refused = Callable[[Any], object]  # Any: a client, without the types that would refuse all this in the editor

REFUSED: dict[str, tuple[str, Refused]] = {
    "a run without an id": ("workflow_run_id is '', which is no id", lambda h: h.runs.get("")),
    "a run that is None": ("workflow_run_id is None, which is no id", lambda h: h.runs.get_status(None)),
    "a path for an id": ("external_id is '../x', which is no id", lambda h: h.runs.get_details("../x")),
    "a task run by name": ("task_run_id is 'mine', which is no id", lambda h: h.logs.list("mine")),
    "a task run followed by name": ("task_run_id is 'mine', which is no id", lambda h: h.logs.follow("mine")),
    "a cancellation by name": ("run_id is 'mine', which is no id", lambda h: h.runs.cancel("mine")),
    "a replay by name": ("run_id is 'mine', which is no id", lambda h: h.runs.replay("mine")),
    "a workflow by name": ("workflow_id is 'mine', which is no id", lambda h: h.workflows.delete("mine")),
    "a version by number": ("version is '1', which is no id", lambda h: h.workflows.get_version(MISSING, "1")),
    "a cron by name": ("cron_id is 'mine', which is no id", lambda h: h.cron.trigger("mine")),
    "a scheduled run by name": ("scheduled_id is '', which is no id", lambda h: h.scheduled.delete("")),
    "an event by key": ("event_id is 'a:b', which is no id", lambda h: h.event.get("a:b")),
    "a filter by scope": ("filter_id is 's', which is no id", lambda h: h.filters.delete("s")),
    "runs of a workflow by name": (
        "workflow_ids is 'w', which is no id",
        lambda h: h.runs.list(workflow_ids=["w"]),
    ),
    "one id for a list": ("workflow_ids is one text; write a list", lambda h: h.runs.list(workflow_ids=MISSING)),
    "one id to cancel": ("ids is one text", lambda h: h.runs.bulk_cancel(BulkCancelReplayOpts(ids=MISSING))),
    "one id to wait for": ("run_ids is one text; write a list", lambda h: h.runs.wait_for(MISSING)),
    "one key for a list": ("keys is one text; write a list: keys=\\['a'\\]", lambda h: h.event.list(keys="a")),
    "one scope for a list": ("scopes is one text", lambda h: h.filters.list(scopes="a")),
    "one name for a list": ("webhook_names is one text", lambda h: h.webhooks.list(webhook_names="a")),
    "one task for a list": ("task_names is one text", lambda h: h.metrics.get_task_stats("a")),
    "an unknown status": ("statuses is 'DONE'; write one of", lambda h: h.runs.list(statuses=["DONE"])),
    "an unknown status of an event": (
        "workflow_run_statuses is 'X'; write one of",
        lambda h: h.event.list(workflow_run_statuses=["X"]),
    ),
    "an unknown behavior": (
        "paused_workflow_cron_run_queue_behavior is 'KEEP'; write one of DROP, QUEUE",
        lambda h: h.workflows.pause(MISSING, timedelta(hours=1), "KEEP"),
    ),
    "half a pair": ("half empty", lambda h: h.event.list(additional_metadata={"a": ""})),
    "half a label": ("half empty", lambda h: h.workers.list(labels={"a": ""})),
    "a limit that is a text": ("limit is '5'; write a whole number", lambda h: h.cron.list(limit="5")),
    "a limit beyond the engine's": ("limit is 2147483648; write 1 to", lambda h: h.runs.list(limit=2**31)),
    "an offset below 0": ("offset is -1; write 0 or more", lambda h: h.workers.list(offset=-1)),
    "a time that is a text": ("trigger_at is '2040'; write a datetime", lambda h: h.scheduled.create("w", "2040", {})),
    "no time": ("trigger_at is None; write a datetime", lambda h: h.scheduled.update(MISSING, None)),
    "an input that is a list": ("input is \\[1\\]; write a mapping", lambda h: h.runs.create("w", [1])),
    "an input that is no JSON": (
        "input cannot be written as JSON: .*object",
        lambda h: h.scheduled.create("w", LATER, {"a": object()}),
    ),
    "half a character": (
        "input cannot be written as JSON",
        lambda h: h.cron.create("w", "c", "@daily", {"a": "\ud800"}),
    ),
    "a NUL": ("input holds a NUL", lambda h: h.runs.create("w", {"a": "\0"})),
    "metadata that are no JSON": (
        "additional_metadata cannot be written as JSON",
        lambda h: h.cron.create("w", "c", "@daily", {}, {"a": object()}),
    ),
    "a payload that is a list": ("payload is", lambda h: h.filters.create(MISSING, "true", "s", [1])),
    "a CEL input that is a list": ("input is", lambda h: h.cel.debug("true", [1])),
    "a rate limit without a key": ("needs a key", lambda h: h.rate_limits.put("", 1)),
    "a deletion without a key": ("needs a key", lambda h: h.rate_limits.delete("")),
    "a pause without a key": ("needs a key", lambda h: h.rate_limits.pause("", LATER)),
    "half a unit": ("limit is 1.5; write a whole number", lambda h: h.rate_limits.put("k", 1.5)),
    "more units than fit": ("limit is 4294967296; write 1 to", lambda h: h.rate_limits.put("k", 2**32)),
    "a window that is a text": (
        "duration is 'HOUR'; write RateLimitDuration",
        lambda h: h.rate_limits.put("k", 1, "HOUR"),
    ),
    "a webhook without a name": (
        "'' is no name of a webhook",
        lambda h: h.webhooks.create("GENERIC", "", "'k'", BASIC),
    ),
    "a webhook with a path": ("'a/b' is no name of a webhook", lambda h: h.webhooks.get("a/b")),
    "a proof that is a dict": (
        "auth is .*; write one of V1WebhookBasicAuth",
        lambda h: h.webhooks.create("GENERIC", "n", "'k'", {"username": "u", "password": "p"}),
    ),
    "a proof with nothing in it": (
        "username and password of the webhook's auth must not be empty",
        lambda h: h.webhooks.create("GENERIC", "n", "'k'", V1WebhookBasicAuth(username="", password="")),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_engine_takes_is_refused_before_it_is_sent(hatchet: Hatchet, case: str) -> None:
    words, call = REFUSED[case]
    with pytest.raises(InputError, match=words):
        call(hatchet)
