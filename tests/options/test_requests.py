"""What each method of each feature asks the engine, whole: without options, and what each option changes in it.

`requests.tsv` is what is right, read line by line when it was written. `python -m tests.options.test_requests` writes
it anew; then the difference wants to be read again.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from google.protobuf.json_format import MessageToDict

from hatchet import (
    BulkCancelReplayOpts,
    BulkPushEvent,
    BulkPushEventOptions,
    Hatchet,
    HatchetError,
    PushEventOptions,
    RateLimitDuration,
    RunFilter,
)
from hatchet.features.pages import Items
from hatchet.features.rest import Feature
from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.rest import models
from tests.options.recording import Recorder

EXPECTED = Path(__file__).with_name("requests.tsv")
NOTHING = "(no option)"
START = datetime(2031, 2, 3, 4, 5, 6, tzinfo=timezone.utc)


def id_for(name: str) -> str:
    """An id that is the same in every run."""
    return str(uuid5(NAMESPACE_URL, name))


VALUES: dict[str, Any] = {
    "additional_metadata": {"who": "ada"},
    "attempt": 3,
    "auth": models.V1WebhookBasicAuth(username="u", password="p"),
    "branch_id": 4,
    "chunk_size": 5,
    "cron_name": "nightly",
    "direction": "TB",
    "duration": RateLimitDuration.HOUR,
    "enabled": False,
    "event_key": "a:b",
    "event_key_expression": "input.key",
    "events": [BulkPushEvent(key="one", payload={"n": 1}), BulkPushEvent(key="two", payload={}, scope="s", priority=2)],
    "expression": "0 0 1 1 *",
    "filter_payload": {"f": 1},
    "include_payloads": False,
    "input": {"i": 1},
    "key": "k",
    "keys": ["k1", "k2"],
    "labels": {"gpu": "big", "memory": 8},
    "levels": ["WARN", "ERROR"],
    "limit": 7,
    "message": {"m": 1},
    "name": "hook",
    "namespace": "n",
    "node_id": 8,
    "offset": 9,
    "only_tasks": True,
    "page_size": 11,
    "paused_workflow_cron_run_queue_behavior": "DROP",
    "paused_workflow_scheduled_run_queue_behavior": "DROP",
    "payload": {"p": 1},
    "priority": 3,
    "queue_ttl": timedelta(minutes=90),
    "return_event_as_response_payload": True,
    "scope": "s",
    "scope_expression": "input.scope",
    "scopes": ["s1", "s2"],
    "search": "text",
    "sleep_time": 0.001,
    "source_name": "GITHUB",
    "source_names": ["GITHUB", "STRIPE"],
    "static_payload": {"s": 1},
    "statuses": ["COMPLETED", "FAILED"],
    "topic": "orders",
    "task_names": ["t1", "t2"],
    "version": id_for("version"),
    "webhook_name": "hook",
    "webhook_names": ["h1", "h2"],
    "workflow_name": "flow",
    "workflow_run_statuses": ["COMPLETED", "FAILED"],
}
"""A value for each argument, by its name; ids and times are made from theirs."""
BY_METHOD: dict[tuple[str, str], Any] = {
    ("cel.debug", "expression"): "input.i == 1",
    ("filters.create", "expression"): "input.i == 1",
    ("event.push", "options"): PushEventOptions(additional_metadata={"who": "ada"}, scope="s", priority=2),
    ("event.bulk_push", "options"): BulkPushEventOptions(namespace="other_"),
    ("filters.update", "updates"): models.V1UpdateFilterRequest(expression="true", scope="s", payload={"a": 1}),
    ("scheduled.bulk_update", "updates"): [(id_for("first"), START), (id_for("second"), START + timedelta(hours=1))],
    ("workers.update", "opts"): models.UpdateWorkerRequest(is_paused=True),
    ("rate_limits.iterate", "order_by_direction"): "desc",
    ("rate_limits.list", "order_by_direction"): "desc",
    ("rate_limits.iterate", "order_by_field"): "limitValue",
    ("rate_limits.list", "order_by_field"): "limitValue",
    ("scheduled.iterate", "order_by_field"): "triggerAt",
    ("scheduled.list", "order_by_field"): "triggerAt",
    ("scheduled.iterate", "statuses"): ["PENDING", "FAILED"],
    ("scheduled.list", "statuses"): ["PENDING", "FAILED"],
    ("workers.iterate", "statuses"): ["ACTIVE", "PAUSED"],
    ("workers.list", "statuses"): ["ACTIVE", "PAUSED"],
    ("runs.iterate", "include_payloads"): True,
    ("runs.bulk_cancel", "opts"): BulkCancelReplayOpts(filters=RunFilter(since=START, workflow_ids=[id_for("flow")])),
    ("runs.bulk_replay", "opts"): BulkCancelReplayOpts(ids=[id_for("run"), id_for("other run")]),
}
"""Where a method wants another value."""
NEEDED = {"scheduled.bulk_delete": {"workflow_id": id_for("workflow_id")}}
"""Options of which a method needs one."""
WAITING = {"runs.get_result", "runs.wait_for", "logs.follow", "runs.subscribe_to_stream"}
"""Methods that wait for what never comes."""
OF_ALL = {name for name, _ in inspect.getmembers(Feature)}
"""What every feature has, such as `with_options`."""


def value_for(method: str, name: str) -> Any:
    if (method, name) in BY_METHOD:
        return BY_METHOD[method, name]
    if name in VALUES:
        return VALUES[name]
    if name in ("since", "created_after"):
        return START
    if name in ("until", "finished_before", "trigger_at"):
        return START + timedelta(days=1)
    if name == "order_by_direction":
        return "DESC"
    if name == "order_by_field":
        return "name"
    if name.endswith("_ids"):
        return [id_for(name), id_for(f"{name} 2")]
    assert name.endswith("_id"), f"{method} has a new argument {name}: give it a value here"
    return id_for(name)


def methods(hatchet: Hatchet) -> Iterator[tuple[str, Any]]:
    for feature, member in inspect.getmembers_static(Hatchet):
        if isinstance(member, cached_property) and not feature.startswith("_"):
            client = getattr(hatchet, feature)
            for name, function in inspect.getmembers(client, callable):
                is_twin = f"aio_{name}" in dir(client) or name.startswith("iterate")
                if is_twin and name not in OF_ALL and f"{feature}.{name}" not in WAITING:
                    yield f"{feature}.{name}", function


def rows(hatchet: Hatchet, recorder: Recorder) -> Iterator[tuple[str, str, str]]:
    """Method, option, and what it asks; of an option, what it changes in that."""
    for method, function in methods(hatchet):
        parameters = inspect.signature(function).parameters
        needed = {
            name: value_for(method, name)
            for name, parameter in parameters.items()
            if parameter.default is inspect.Parameter.empty
        } | NEEDED.get(method, {})
        plain = asked(hatchet, recorder, function, needed)
        yield method, NOTHING, json.dumps(plain, sort_keys=True)
        for name in parameters:
            if name not in needed:
                found = asked(hatchet, recorder, function, {**needed, name: value_for(method, name)})
                yield method, name, json.dumps(changed(plain, found), sort_keys=True)


def asked(hatchet: Hatchet, recorder: Recorder, function: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The requests of a call, by place and part; and how it ended, if not well."""
    recorder.forget()
    parts: dict[str, Any] = {}
    with contextlib.suppress(HatchetError):
        try:
            found = function(**arguments)
            if isinstance(found, Items):
                next(iter(found), None)
        except HatchetError as error:
            parts["raised"] = type(error).__name__
            raise
    told = [
        each for each in recorder.messages() if not isinstance(each, dispatcher_pb2.GetVersionRequest)
    ]  # asked once
    for number, message in enumerate(told):
        fields = MessageToDict(message, preserving_proto_field_name=True)
        for own in ("producer_id", "producer_seq"):  # of each run, and counted over all calls
            fields.pop(own, None)
        parts |= flat(f"{number}.{type(message).__name__}", fields)
    for number, request in enumerate(recorder.asked()):
        place = f"{number}.{request.method} {'/'.join(request.path)}"
        parts[place] = ""
        parts |= {f"{place} ?{key}": ",".join(value) for key, value in request.query.items()}
        parts |= flat(place, request.body)
    return {settled(hatchet, key): settled(hatchet, value) for key, value in parts.items()}


def flat(place: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        value = dict(enumerate(value))
    if isinstance(value, dict) and value:
        return {path: part for key, item in value.items() for path, part in flat(f"{place}.{key}", item).items()}
    return {} if value is None else {place: value}


def changed(plain: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    return {key: found.get(key) for key in sorted({*plain, *found}) if plain.get(key, ...) != found.get(key, ...)}


MOMENT = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")


def settled(hatchet: Hatchet, value: Any) -> Any:
    """Without what each run has its own of: the tenant, and times that count from now."""
    if isinstance(value, list):
        return [settled(hatchet, each) for each in value]
    if not isinstance(value, str):
        return value
    return MOMENT.sub(_relative, value.replace(hatchet.tenant_id, "{tenant}"))


def _relative(found: re.Match[str]) -> str:
    away = datetime.fromisoformat(found[0]) - datetime.now(timezone.utc)
    hours = round(away / timedelta(hours=1), 1) + 0.0  # no negative zero
    return found[0] if abs(hours) > 24 * 60 else f"{{now{hours:+g} h}}"


def test_each_method_asks_what_it_is_told_to(hatchet: Hatchet, engine: Recorder) -> None:
    expected = [tuple(line.split("\t")) for line in EXPECTED.read_text().splitlines()]
    found = [*rows(hatchet, engine)]
    assert [row for row in found if row not in expected] == []
    assert [row for row in expected if row not in found] == []


@pytest.mark.parametrize("method", ["runs.list", "workers.list"])
def test_a_changed_request_would_be_seen(hatchet: Hatchet, engine: Recorder, method: str) -> None:
    plain = asked(hatchet, engine, dict(methods(hatchet))[method], {})
    other = asked(hatchet, engine, dict(methods(hatchet))[method], {"limit": 2} if method == "runs.list" else {})
    assert (changed(plain, other) != {}) is (method == "runs.list")


if __name__ == "__main__":
    client = Hatchet.from_embedded(None, namespace="o")
    EXPECTED.write_text("".join("\t".join(row) + "\n" for row in rows(client, Recorder(client))))
    client.stop_embedded()
