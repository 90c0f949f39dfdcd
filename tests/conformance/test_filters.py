"""Every filter of every choice, while there is something else that must not be chosen.

There are two of everything, "a" and "b"; what else an engine has is left out. The filters come from the signatures of
the features: one that has no row here fails, and so does one that chooses everything or nothing.
"""

from __future__ import annotations

import inspect
import logging
import re
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

from hatchet import Context, Hatchet, Standalone
from hatchet_api.rest.models import (
    ScheduledRunStatus,
    V1LogLineLevel,
    V1TaskStatus,
    V1WebhookBasicAuth,
    WorkerStatus,
)
from tests.conformance.helpers import eventually

program = logging.getLogger("tests.filters")
LATER = datetime(2040, 1, 1, tzinfo=timezone.utc)
FAILED, COMPLETED = V1TaskStatus.FAILED, V1TaskStatus.COMPLETED


ALL_RUNS = ["a", "b", "child-a", "child-b"]


class In(BaseModel):
    name: str


class World(NamedTuple):
    """Two of everything."""

    hatchet: Hatchet
    started: datetime
    between: datetime
    """A moment after the runs, events and lines of "a", and before those of "b"."""
    flows: dict[str, Standalone[In, str]]
    ids: dict[str, dict[str, str]]
    """Ids by kind and name."""

    def id(self, kind: str, name: str) -> str:
        return self.ids[kind][name]

    def names(self, kind: str, found: Iterable[object]) -> list[str]:
        """Those of what was found that belong here, by their names."""
        by_id = {identity: name for name, identity in self.ids[kind].items()}
        return sorted(by_id[str(each)] for each in found if str(each) in by_id)


@pytest.fixture(scope="module")
def hatchet(common_hatchet: Hatchet) -> Hatchet:
    return common_hatchet


@pytest.fixture(scope="module")
def world(hatchet: Hatchet) -> Generator[World]:
    children: dict[str, str] = {}
    ids: dict[str, dict[str, str]] = {}

    def declared(name: str) -> Standalone[In, str]:
        flow = hatchet.workflow(f"filters-child-{name}", input_validator=In)

        async def body(input: In, ctx: Context) -> None:
            if input.name == "b":
                raise ValueError("as wanted")

        first = flow.task(name="first")(body)
        flow.task(name="second", parents=[first])(body)

        @hatchet.task(name=f"filters-{name}", on_events=[f"key-{name}"], retries=1)
        async def task(input: In, ctx: Context) -> str:
            if ctx.retry_count == 0:
                if name == "a":
                    await ctx.aio_log("spoken by a")
                else:
                    program.warning("spoken by b")
                child = await flow.aio_run_no_wait(input)
                children[name] = child.workflow_run_id
                raise ValueError("again")
            await ctx.aio_log("told twice")
            if input.name == "b":
                raise ValueError("as wanted")
            return name

        started = hatchet.worker(f"filters-{name}", workflows=[task, flow], labels={"of": name})
        ids.setdefault("worker", {})[name] = str(workers.enter_context(started).id)
        return task

    with ExitStack() as workers:
        flows = {name: declared(name) for name in "ab"}
        moments: list[datetime] = []
        for name in "ab":
            moments.append(datetime.now(timezone.utc))
            pushed = hatchet.event.push(
                f"key-{name}", In(name=name), additional_metadata={"filters": name}, scope=f"scope-{name}"
            )
            ids.setdefault("event", {})[name] = pushed.event_id
            [run] = eventually(
                lambda pushed=pushed: hatchet.runs.list(triggering_event_external_id=pushed.event_id).rows,  # type: ignore[misc]  # mypy does not infer a lambda with a default
                bool,
            )
            ids.setdefault("run", {})[name] = run.metadata.id
            hatchet.runs.wait_for([run.metadata.id])
            ids["run"][f"child-{name}"] = children[name]
            hatchet.runs.wait_for([children[name]])
            threading.Event().wait(0.05)  # the times of an engine and of this machine differ by so much at most
        settle(hatchet, ids["run"], flows)
        ids["workflow"] = {name: flow.id for name, flow in flows.items()}
        ids["log"] = {f"spoken by {name}": f"spoken by {name}" for name in "ab"}
        for name in "ab":
            arranged(hatchet, ids, name)
        yield World(hatchet, moments[0], moments[1], flows, ids)


def settle(hatchet: Hatchet, runs: dict[str, str], flows: dict[str, Standalone[In, str]]) -> None:
    """Wait until the REST side shows how all of it has ended."""
    for name, run in runs.items():
        wanted = FAILED if name.endswith("b") else COMPLETED
        seen = eventually(lambda run=run: hatchet.runs.get_status(run), lambda status, w=wanted: status == w)  # type: ignore[misc]  # as above
        assert seen == wanted
    for name in "ab":
        lines = eventually(lambda name=name: hatchet.logs.list(runs[name]).rows, lambda rows: len(rows or ()) == 2)  # type: ignore[misc]  # as above
        assert [line.message for line in lines or ()] == [f"spoken by {name}", "told twice"]


def arranged(hatchet: Hatchet, ids: dict[str, dict[str, str]], name: str) -> None:
    """What has to be made by calls: crons, scheduled runs, filters, webhooks and rate limits."""
    own = hatchet.namespace
    workflow, metadata = f"filters-{name}", {"filters": name}
    cron = hatchet.cron.create(workflow, f"cron-{name}", "0 0 1 1 *", {"name": name}, metadata)
    scheduled = hatchet.scheduled.create(workflow, LATER, {"name": name}, metadata)
    made = hatchet.filters.create(ids["workflow"][name], "true", f"{own}{name}")
    proof = V1WebhookBasicAuth(username="u", password="p")
    hatchet.webhooks.create("GENERIC" if name == "a" else "GITHUB", f"{own}{name}", "'key'", proof)
    hatchet.rate_limits.put(f"{own}{name}", 5)
    found = {"cron": cron.metadata.id, "scheduled": scheduled.metadata.id, "filter": made.metadata.id}
    for kind, identity in {**found, "webhook": f"{own}{name}", "limit": f"{own}{name}"}.items():
        ids.setdefault(kind, {})[name] = identity


Seen = Callable[[World, Any], list[str]]


def by_id(kind: str) -> Seen:
    return lambda world, rows: world.names(kind, [row.metadata.id for row in rows])


def by_key(kind: str, key: str) -> Seen:
    return lambda world, rows: world.names(kind, [getattr(row, key) for row in rows])


def by_message(world: World, rows: Any) -> list[str]:
    return sorted(row.message for row in rows if row.message.startswith(("spoken by", "told")))


class Filter(NamedTuple):
    """A filter: its value in a world, and what it leaves of what there is."""

    value: Callable[[World], Any]
    left: list[str]


PERIOD = {
    "since": Filter(lambda world: world.between, ["b", "child-b"]),
    "until": Filter(lambda world: world.between, ["a", "child-a"]),
}
RUNS = {
    **PERIOD,
    "statuses": Filter(lambda world: [FAILED], ["b", "child-b"]),
    "additional_metadata": Filter(lambda world: {"filters": "a"}, ["a", "child-a"]),
    "workflow_ids": Filter(lambda world: [world.id("workflow", "b")], ["b"]),
    "only_tasks": Filter(lambda world: True, ["a", "b"]),  # and the tasks of the children, which are DAGs
    "worker_id": Filter(lambda world: world.id("worker", "a"), ["a"]),
    "parent_task_external_id": Filter(lambda world: world.id("run", "b"), ["child-b"]),
    "triggering_event_external_id": Filter(lambda world: world.id("event", "a"), ["a"]),
}
EVENTS = {
    "keys": Filter(lambda world: ["key-a"], ["a"]),
    "since": Filter(lambda world: world.between, ["b"]),
    "until": Filter(lambda world: world.between, ["a"]),
    "workflow_ids": Filter(lambda world: [world.id("workflow", "b")], ["b"]),
    "workflow_run_statuses": Filter(lambda world: [COMPLETED], ["a"]),
    "event_ids": Filter(lambda world: [world.id("event", "b")], ["b"]),
    "additional_metadata": Filter(lambda world: {"filters": "a"}, ["a"]),
    "scopes": Filter(lambda world: ["scope-b"], ["b"]),
}
CRONS = {
    "workflow_id": Filter(lambda world: world.id("workflow", "a"), ["a"]),
    "workflow_name": Filter(lambda world: "filters-b", ["b"]),
    "cron_name": Filter(lambda world: "cron-a", ["a"]),
    "additional_metadata": Filter(lambda world: {"filters": "b"}, ["b"]),
}
SCHEDULED = {
    "workflow_id": Filter(lambda world: world.id("workflow", "a"), ["a"]),
    "additional_metadata": Filter(lambda world: {"filters": "b"}, ["b"]),
    "parent_workflow_run_id": Filter(lambda world: world.id("run", "a"), []),  # engines link none to a parent
    "parent_step_run_id": Filter(lambda world: world.id("run", "a"), []),
    "statuses": Filter(lambda world: [ScheduledRunStatus.SUCCEEDED], []),
}
LINES = {
    "since": Filter(lambda world: world.between, ["spoken by b", "told twice"]),
    "until": Filter(lambda world: world.between, ["spoken by a", "told twice"]),
    "levels": Filter(lambda world: [V1LogLineLevel.WARN], ["spoken by b"]),
    "search": Filter(lambda world: "SPOKEN BY a", ["spoken by a"]),
    "attempt": Filter(lambda world: 2, ["told twice", "told twice"]),
    "task_external_ids": Filter(lambda world: [world.id("run", "a")], ["spoken by a", "told twice"]),
    "workflow_ids": Filter(lambda world: [world.id("workflow", "b")], ["spoken by b", "told twice"]),
    "step_ids": Filter(lambda world: [step_of(world, "a")], ["spoken by a", "told twice"]),
}
LINES_OF_B = {
    "since": Filter(lambda world: LATER, []),
    "levels": Filter(lambda world: [V1LogLineLevel.WARN], ["spoken by b"]),
    "search": Filter(lambda world: "twice", ["told twice"]),
    "attempt": Filter(lambda world: 1, ["spoken by b"]),
}
UNTIL = {"until": Filter(lambda world: world.between, [])}


def step_of(world: World, name: str) -> str:
    return str(world.hatchet.runs.get_task_run(world.id("run", name)).step_id)


def nothing(world: World) -> dict[str, Any]:
    return {}


class Choice(NamedTuple):
    """A method that chooses."""

    feature: str
    method: str
    everything: list[str]
    filters: dict[str, Filter]
    seen: Seen
    given: Callable[[World], dict[str, Any]]


BOTH = ["a", "b"]
ALL_LINES = ["spoken by a", "spoken by b", "told twice", "told twice"]


def page(world: World) -> dict[str, Any]:
    return {"limit": 500}  # more than other tests leave


def of_b(world: World) -> dict[str, Any]:
    return {"task_run_id": world.id("run", "b")}


WORKERS = {
    "statuses": Filter(lambda world: [WorkerStatus.PAUSED], []),
    "labels": Filter(lambda world: {"of": "a"}, ["a"]),
}
HOOKS = {
    "webhook_names": Filter(lambda world: [world.id("webhook", "a")], ["a"]),
    "source_names": Filter(lambda world: ["GITHUB"], ["b"]),
}
OF_FILTERS = {
    "workflow_ids": Filter(lambda world: [world.id("workflow", "a")], ["a"]),
    "scopes": Filter(lambda world: [f"{world.hatchet.namespace}b"], ["b"]),
}
LIMITS = {"search": Filter(lambda world: world.id("limit", "b"), ["b"])}
FLOWS = {"workflow_name": Filter(lambda world: "filters-a", ["a"])}


def choices(
    feature: str, everything: list[str], filters: dict[str, Filter], seen: Seen, **methods: Callable[[World], Any]
) -> list[Choice]:
    return [Choice(feature, method, everything, filters, seen, given) for method, given in methods.items()]


CHOICES = [
    *choices("runs", ALL_RUNS, RUNS, by_id("run"), list=page, iterate=nothing, list_with_pagination=page),
    *choices("event", BOTH, EVENTS, by_id("event"), list=page, iterate=nothing),
    *choices("cron", BOTH, CRONS, by_id("cron"), list=page, iterate=nothing),
    *choices("scheduled", BOTH, SCHEDULED, by_id("scheduled"), list=page, iterate=nothing),
    *choices("logs", ALL_LINES, LINES, by_message, list_all=lambda world: {"since": world.started}),
    *choices("logs", ["spoken by b", "told twice"], LINES_OF_B, by_message, follow=of_b),
    *choices("logs", ["spoken by b", "told twice"], LINES_OF_B | UNTIL, by_message, list=of_b, iterate=of_b),
    *choices("workers", BOTH, WORKERS, by_id("worker"), list=page, iterate=nothing),
    *choices("webhooks", BOTH, HOOKS, by_key("webhook", "name"), list=page, iterate=nothing),
    *choices("filters", BOTH, OF_FILTERS, by_id("filter"), list=page, iterate=nothing),
    *choices("rate_limits", BOTH, LIMITS, by_key("limit", "key"), list=page, iterate=nothing),
    *choices("workflows", BOTH, FLOWS, by_id("workflow"), list=page, iterate=nothing),
]
CASES = [(choice, name) for choice in CHOICES for name in choice.filters]


def nothing_else(choice: Choice, name: str) -> str:
    return f"{choice.feature}-{choice.method}-{name}"


@pytest.mark.parametrize(("choice", "name"), CASES, ids=[nothing_else(*case) for case in CASES])
def test_a_filter_chooses_what_it_says_and_nothing_else(world: World, engine: str, choice: Choice, name: str) -> None:
    if engine == "env" and name == "source_names":
        pytest.skip("engines of today refuse it (docs/features.md)")
    wanted = choice.filters[name]
    method = getattr(getattr(world.hatchet, choice.feature), choice.method)

    def found(**given: Any) -> list[str]:
        rows = method(**{**choice.given(world), **given})
        return choice.seen(world, getattr(rows, "rows", rows) or ())

    assert found() == choice.everything
    assert found(**{name: wanted.value(world)}) == wanted.left
    assert wanted.left != choice.everything


def test_the_tasks_of_a_worker_are_those_of_its_dags_too(world: World) -> None:
    found = world.hatchet.runs.list(worker_id=world.id("worker", "a"), limit=500).rows
    assert sorted(str(row.action_id).removeprefix(world.hatchet.namespace) for row in found) == [
        "filters-a:filters-a",
        "filters-child-a:first",
        "filters-child-a:second",
    ]


def test_only_tasks_gives_the_tasks_of_a_dag_in_its_place(world: World) -> None:
    workflow = {world.hatchet.runs.get(world.id("run", f"child-{name}")).run.metadata.id: name for name in "ab"}
    rows = world.hatchet.runs.list(only_tasks=True, limit=500).rows
    inside = [row for row in rows if str(row.workflow_run_external_id) in workflow]
    assert sorted(str(row.action_id).rpartition(":")[2] for row in inside) == ["first", "first", "second", "second"]


# -- what counts

Counted = Callable[[Any], int]
LEVELS = ("debug", "info", "warn", "error")


class Count(NamedTuple):
    """A method that counts what a list gives with the same filters."""

    feature: str
    method: str
    filters: dict[str, Filter]
    total: Counted
    list: str


COUNTS = [
    Count("runs", "count", RUNS, int, "runs.list"),
    Count(
        "metrics",
        "get_task_metrics",
        {name: RUNS[name] for name in RUNS if name not in ("statuses", "only_tasks", "worker_id")},
        lambda found: sum((found.queued, found.running, found.completed, found.failed, found.cancelled)),
        "runs.list",
    ),
    Count(
        "logs",
        "get_point_metrics",
        {name: LINES[name] for name in LINES if name not in ("attempt", "since", "until")},
        lambda points: sum(int(getattr(point, level)) for point in points for level in LEVELS),
        "logs.list_all",
    ),
]
COUNTED = [(count, name) for count in COUNTS for name in count.filters]


@pytest.mark.parametrize(("count", "name"), COUNTED, ids=[f"{c.feature}-{c.method}-{name}" for c, name in COUNTED])
def test_a_count_is_that_of_what_the_list_gives(world: World, count: Count, name: str) -> None:
    feature, method = count.list.split(".")
    given = {} if name == "since" else {"since": world.started}
    given[name] = count.filters[name].value(world)

    def both() -> tuple[int, int]:
        listed = getattr(getattr(world.hatchet, feature), method)(limit=1000, **given)
        return count.total(getattr(getattr(world.hatchet, count.feature), count.method)(**given)), len(
            listed.rows or ()
        )

    # A real engine is shared with others, who start runs meanwhile.
    counted, listed = eventually(both, lambda seen: seen[0] == seen[1])
    assert counted == listed > 0


def test_points_of_lines_are_those_of_the_time_that_is_asked_for(world: World) -> None:
    def lines(**given: Any) -> int:
        return COUNTS[-1].total(world.hatchet.logs.get_point_metrics(workflow_ids=ids, **given))

    ids = [world.id("workflow", name) for name in "ab"]
    minute = timedelta(minutes=1)
    assert lines() == 4
    assert lines(since=world.started - minute, until=datetime.now(timezone.utc) + minute) == 4
    assert lines(since=world.started - 2 * DAY, until=world.started - DAY) == 0
    assert lines(since=datetime.now(timezone.utc) + minute, until=datetime.now(timezone.utc) + 2 * minute) == 0


def test_metrics_of_a_workflow_are_its_own(world: World) -> None:
    for name, wanted in (("a", (1, 0)), ("b", (0, 1))):
        found = world.hatchet.workflows.get_metrics(world.id("workflow", name))
        assert (found.completed, found.failed) == wanted
        for period in ({"since": LATER}, {"until": world.started}):
            none = world.hatchet.workflows.get_metrics(world.id("workflow", name), **period)
            assert (none.completed, none.failed) == (0, 0)


def test_points_of_tasks_are_those_of_the_time_that_is_asked_for(world: World) -> None:
    points = world.hatchet.metrics.get_task_point_metrics
    minute = timedelta(minutes=1)
    inside = points(created_after=world.started - minute, finished_before=datetime.now(timezone.utc) + minute)
    assert sum(each.succeeded for each in inside) >= 2
    before = points(created_after=world.started - 400 * DAY, finished_before=world.started - 399 * DAY)
    assert sum(each.succeeded + each.failed for each in before) == 0


DAY = timedelta(days=1)


# -- what changes


@pytest.fixture(scope="module")
def idle(world: World) -> dict[str, Standalone[In, str]]:
    """Two workflows that no worker executes."""

    def declared(name: str) -> Standalone[In, str]:
        @world.hatchet.task(name=f"idle-{name}", schedule_timeout="1h")
        async def task(input: In, ctx: Context) -> str:
            return name

        world.hatchet.io.block(world.hatchet.gateway.put_workflow(task.workflow.definition()))
        return task

    return {name: declared(name) for name in "ab"}


CHANGES: dict[str, Callable[[dict[str, str], datetime], tuple[Any, list[str]]]] = {
    "since": lambda ids, between: (between, ["b"]),
    "until": lambda ids, between: (between, ["a"]),
    "statuses": lambda ids, between: ([V1TaskStatus.QUEUED], ["a", "b"]),
    "additional_metadata": lambda ids, between: ({"idle": "a"}, ["a"]),
    "workflow_ids": lambda ids, between: ([ids["b"]], ["b"]),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("change", ["cancel", "replay"])
def test_what_a_filter_does_not_choose_is_not_changed(
    world: World, idle: dict[str, Standalone[In, str]], change: str, name: str
) -> None:
    runs = world.hatchet.runs
    workflows = {each: flow.id for each, flow in idle.items()}
    started: dict[str, str] = {}
    moments: list[datetime] = []
    for each in "ab":
        moments.append(datetime.now(timezone.utc))
        started[each] = idle[each].run_no_wait(In(name=each), additional_metadata={"idle": each}).workflow_run_id
        threading.Event().wait(0.05)
    queued, cancelled = V1TaskStatus.QUEUED, V1TaskStatus.CANCELLED

    def statuses(wanted: dict[str, V1TaskStatus]) -> None:
        for each, run in started.items():
            seen = eventually(lambda run=run: runs.get_status(run), lambda status, e=each: status == wanted[e])  # type: ignore[misc]  # as above
            assert (each, seen) == (each, wanted[each])

    statuses(dict.fromkeys("ab", queued))
    value, chosen = CHANGES[name](workflows, moments[1])
    filters = {"since": moments[0], "workflow_ids": [*workflows.values()], name: value}
    if change == "cancel":
        done = runs.bulk_cancel_by_filters_with_pagination(**filters)
        after = {each: cancelled if each in chosen else queued for each in "ab"}
    else:
        for run in started.values():
            runs.cancel(run)
        statuses(dict.fromkeys("ab", cancelled))
        if name == "statuses":
            filters[name] = [cancelled]
        done = runs.bulk_replay_by_filters_with_pagination(**filters)
        after = {each: queued if each in chosen else cancelled for each in "ab"}
    assert sorted(each for each, run in started.items() if run in done.ids) == chosen
    assert done.asked == len(chosen)
    statuses(after)
    for run in started.values():
        runs.cancel(run)


@pytest.mark.parametrize("name", SCHEDULED)
def test_scheduled_runs_that_a_filter_does_not_choose_are_not_deleted(
    world: World, idle: dict[str, Standalone[In, str]], name: str
) -> None:
    scheduled = world.hatchet.scheduled
    made = {each: scheduled.create(f"idle-{each}", LATER, {}, {"idle": each}).metadata.id for each in "ab"}
    value, chosen = {
        "workflow_id": (idle["a"].id, ["a"]),
        "additional_metadata": ({"idle": "b"}, ["b"]),
    }.get(name, (SCHEDULED[name].value(world), []))
    done = scheduled.bulk_delete(**{name: value})
    left = [row.metadata.id for row in scheduled.iterate()]
    assert sorted(each for each, identity in made.items() if identity in map(str, done.deleted_ids)) == chosen
    assert sorted(each for each, identity in made.items() if identity not in left) == chosen
    scheduled.bulk_delete(scheduled_ids=[identity for each, identity in made.items() if each not in chosen])


def test_a_filter_of_another_status_deletes_the_scheduled_runs_that_have_it(
    world: World, idle: dict[str, Standalone[In, str]]
) -> None:
    scheduled = world.hatchet.scheduled
    one, other = (scheduled.create(f"idle-{each}", LATER, {}).metadata.id for each in "ab")
    done = scheduled.bulk_delete(workflow_id=idle["a"].id, statuses=[ScheduledRunStatus.SCHEDULED])
    assert [str(each) for each in done.deleted_ids] == [one]
    assert scheduled.get(other).metadata.id == other
    scheduled.delete(other)


# -- complete

CHOOSES = re.compile(r"list|iterate|follow|count|bulk_(cancel|replay)_by_|bulk_delete|get_.*(metrics|stats)")
NOT_FILTERS = {
    *("self", "offset", "limit", "page_size", "order_by_field", "order_by_direction", "include_payloads"),
    *("sleep_time", "chunk_size", "scheduled_ids", "task_run_id"),
}
OTHERS = {
    ("runs", "bulk_cancel_by_filters_with_pagination"): {*CHANGES},
    ("runs", "bulk_replay_by_filters_with_pagination"): {*CHANGES},
    ("scheduled", "bulk_delete"): {*SCHEDULED},
    ("workflows", "get_metrics"): {"workflow_id", "since", "until"},
    ("metrics", "get_task_point_metrics"): {"created_after", "finished_before"},
    ("metrics", "get_task_stats"): {"task_names"},  # test_features.py
    ("logs", "get_point_metrics"): {*LINES},
    ("streams", "iterate_topics"): {"search"},  # test_topics.py: not every engine has topics
}


def test_every_filter_of_every_choice_has_a_row(hatchet: Hatchet) -> None:
    known: dict[tuple[str, str], set[str]] = {(each.feature, each.method): {*each.filters} for each in CHOICES}
    known |= {(each.feature, each.method): {*each.filters} for each in COUNTS} | OTHERS
    found: set[tuple[str, str]] = set()
    for feature, client in inspect.getmembers_static(type(hatchet)):
        if isinstance(client, cached_property) and not feature.startswith("_"):
            for method, member in inspect.getmembers(getattr(hatchet, feature), callable):
                filters = {*inspect.signature(member).parameters} - NOT_FILTERS if CHOOSES.match(method) else set()
                assert filters <= known.get((feature, method), set()), f"{feature}.{method}"
                found |= {(feature, method)} if filters else set()
    assert found == {*known}
