"""`make bench`: figures of this machine, each beside its floor of the same run, and beside the goal.

Nothing is asserted: a figure depends on the machine, and a ratio on what else it does.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from dataclasses import dataclass

from tests.bench import flooded, fresh, imports, peers
from tests.bench.programs import Figure, run, say

ENGINE_STARTS = 3
PAGED_WITHIN = 600.0  # s; the runs have to be there first
HEADINGS = ("figure", "median", "best", "floor", "best", "ratio", "of bests", "goal")


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    figure: Figure
    unit: str
    floor: Figure | None = None
    goal: str = ""

    def cells(self) -> tuple[str, ...]:
        """As text."""
        own, floor = self.figure, self.floor
        shown = (self.name, f"{_number(own.median)} {self.unit}", _number(own.best))
        if floor is None:
            return (*shown, "", "", "", "", self.goal)
        ratios = (f"{own.median / floor.median:.2f} ×", f"{own.best / floor.best:.2f} ×")
        return (*shown, f"{_number(floor.median)} {self.unit}", _number(floor.best), *ratios, self.goal)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _scaled(values: list[float], factor: float) -> Figure:
    return Figure.of([value * factor for value in values])


def import_rows() -> list[Row]:
    """Imports against those of grpc.aio and pydantic."""
    seconds = imports.measure()
    floor, httpx = _scaled(seconds["floor"], 1e3), _scaled(seconds["httpx"], 1e3)
    return [
        Row("from hatchet import Hatchet, Context", _scaled(seconds["names"], 1e3), "ms", floor, "≤ 1.7 ×"),
        Row(
            "one model and one declared task, beside grpc.aio and a model",
            _scaled(seconds["declared"], 1e3),
            "ms",
            _scaled(seconds["declared floor"], 1e3),
            "≤ 1.3 ×",
        ),
        Row("import hatchet", _scaled(seconds["package"], 1e3), "ms", floor),
        Row("first use of a feature, beside import httpx", _scaled(seconds["feature"], 1e3), "ms", httpx, "≤ 2 ×"),
        Row("the same, before pydantic was loaded", _scaled(seconds["bare feature"], 1e3), "ms", httpx, "≤ 2 ×"),
    ]


def flooded_rows(figures: dict[str, flooded.Flooded]) -> list[Row]:
    """A worker against the bare loop, both flooded."""
    bare, worker = figures["bare"], figures["worker"]
    rate = Figure.of(bare.rate, more_is_better=True)
    return [
        Row("worker, CPU of a no-op task", _scaled(worker.cpu, 1e6), "µs", _scaled(bare.cpu, 1e6), "≤ 1.6 ×"),
        Row("worker, flooded", Figure.of(worker.rate, more_is_better=True), "tasks/s", rate),
        Row("worker, resident, idle", Figure.of([flooded.idle_memory()]), "MB"),
        Row("worker, resident, busy", Figure.of(worker.busy), "MB", Figure.of(bare.busy), "< 90 MB"),
    ]


def embedded_rows(bare_rate: Figure) -> list[Row]:
    """The embedded engine against bare round trips and the flooded bare loop."""
    found: dict[str, list[float]] = {}
    for number in range(ENGINE_STARTS):
        say(f"embedded engine {number + 1}/{ENGINE_STARTS}")
        for name, values in json.loads(run("-m", "tests.bench.embedded")).items():
            found.setdefault(name, []).extend(values)
    trip = _scaled(found["bare"], 1e6)
    local, remote = ({kind: found[f"{way} {kind}"] for kind in ("aio_run", "run")} for way in ("local", "grpc"))
    many, many_remote = (Figure.of(found[f"{way} run_many"], more_is_better=True) for way in ("local", "grpc"))
    return [
        Row("embedded engine, import and start", _scaled(found["start"], 1e3), "ms", goal="well under 1 s"),
        Row("aio_run to result, over gRPC", _scaled(remote["aio_run"], 1e6), "µs", trip, "≤ 15 ×"),
        Row("run, beside aio_run", _scaled(local["run"], 1e6), "µs", _scaled(local["aio_run"], 1e6), "≤ 1.1 ×"),
        Row(
            "run to result in the process, beside gRPC",
            _scaled(local["run"], 1e3),
            "ms",
            _scaled(remote["run"], 1e3),
            "≤ 0.27 ×",
        ),
        Row("run_many of 500, over gRPC", many_remote, "tasks/s", bare_rate, "≥ 0.25 ×"),
        Row("run_many of 500 in the process, beside gRPC", many, "tasks/s", many_remote, "≥ 5 ×"),
        Row("both engines, workers and clients, resident", Figure.of(found["memory"]), "MB"),
    ]


def fresh_rows() -> list[Row]:
    """A fresh process up to its first result."""
    found = fresh.measure()
    floor, memory = _scaled(found["floor"], 1e3), Figure.of(found["floor memory"])
    return [
        Row("fresh process to a first result", _scaled(found["fresh"], 1e3), "ms", floor, "≤ 1.8 ×"),
        Row("its memory", Figure.of(found["fresh memory"]), "MB", memory),
    ]


def listing_rows() -> list[Row]:
    """Lists of runs through the iterator: ten times as many."""
    say("lists of runs")
    found = json.loads(run("-m", "tests.bench.listing"))
    few, many = Figure.of(found["few"]), Figure.of(found["many"])
    memory, little = Figure.of(found["many_memory"]), Figure.of(found["few_memory"])
    return [
        Row("10,000 runs iterated, beside 1,000", many, "s", few, "≤ 12 ×"),
        Row("memory for that, beside that for 1,000", memory, "MB", little, "≤ 2 ×"),
    ]


def page_rows() -> list[Row]:
    """The page of an engine that has had 100,000 runs."""
    say("the page beside 100,000 runs")
    found = json.loads(run("-m", "tests.bench.paged", timeout=PAGED_WITHIN))
    return [
        Row("page: first page of 100,000 runs", _scaled(found["list"], 1e3), "ms", goal="< 300 ms"),
        Row("page: of these the failed ones", _scaled(found["failed"], 1e3), "ms", goal="< 300 ms"),
        Row("page: one of these runs", _scaled(found["run"], 1e3), "ms", goal="< 300 ms"),
    ]


def lost_rows() -> list[Row]:
    """Many results by a stream that was just lost, against the same without a loss."""
    say("results of many runs by a stream that is lost")
    found = json.loads(run("-m", "tests.bench.lost"))
    lost, kept = Figure.of(found["lost"]), Figure.of(found["kept"])
    return [Row("run_many of 10,050 by a stream just lost, beside one kept", lost, "s", kept, "≤ 1.3 ×")]


def durable_rows() -> list[Row]:
    """Durable tasks on an embedded engine."""
    say("durable tasks")
    found = json.loads(run("-m", "tests.bench.durable"))
    plain = Figure.of(found["plain"], more_is_better=True)
    worked = _scaled(found["replay, worked"], 1e3)
    evicted, restored = (Figure(_p99(found[name]) * 1e3, min(found[name]) * 1e3) for name in ("evict", "restore"))
    return [
        Row("durable steps, beside plain tasks", Figure.of(found["steps"], more_is_better=True), "steps/s", plain),
        Row("replay of 1,000 entries, beside its CPU", _scaled(found["replay"], 1e3), "ms", worked, "< 200 ms"),
        Row("eviction, p99", evicted, "ms", goal="< 50 ms"),
        Row("restore, p99", restored, "ms", goal="< 50 ms"),
        Row("wake after a reconnect", _scaled(found["wake"], 1e3), "ms", goal="< 100 ms"),
        Row(
            "a worker of 1,000 sleeping runs, resident",
            Figure.of(found["memory"]),
            "MB",
            Figure.of(found["idle"]),
            "< 90 MB",
        ),
        Row("of these evicted", Figure.of(found["evicted"]), "runs", goal="1,000"),
        Row("their sleep of 30 s, until all have ended", Figure.of(found["lasted"]), "s"),
    ]


def testing_rows() -> list[Row]:
    """What an engine costs a test."""
    say("engines of tests")
    found = json.loads(run("-m", "tests.bench.testing"))
    return [
        Row("a test's engine and worker, start", _scaled(found["start"], 1e3), "ms", goal="< 10 ms"),
        Row("a test with engine, worker and one run", _scaled(found["test"], 1e3), "ms", goal="< 30 ms"),
        Row("a test that sleeps 30 days durably", _scaled(found["month"], 1e3), "ms", goal="< 50 ms"),
        Row("a test that fires a daily cron for a year", Figure.of(found["year"]), "s", goal="< 1 s"),
    ]


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[-1]


def given_rows() -> list[Row]:
    """The engine of HATCHET_CLIENT_TOKEN, where there is one."""
    settings = {key: value for key, value in os.environ.items() if key.startswith("HATCHET_CLIENT_")}
    if "HATCHET_CLIENT_TOKEN" not in settings:
        return []
    say("run_many on the engine of HATCHET_CLIENT_TOKEN")
    found = json.loads(run("-m", "tests.bench.given", settings=settings))
    own, engine = Figure.of(found["run_many"]), Figure.of(found["engine"])
    return [Row("run_many of 500, given engine, beside its own record", own, "s", engine, "≤ 1.3 ×")]


def main() -> None:
    """Measure, and print the table; `peers` compares with other task queues instead."""
    if sys.argv[1:] == ["peers"]:
        peers.main()
        return
    began = time.perf_counter()
    rows = import_rows()
    figures = flooded.measure()
    rows += flooded_rows(figures)
    rows += embedded_rows(Figure.of(figures["bare"].rate, more_is_better=True))
    rows += fresh_rows()
    rows += listing_rows()
    rows += page_rows()
    rows += lost_rows()
    rows += durable_rows()
    rows += testing_rows()
    rows += given_rows()
    say("")
    table = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADINGS))]
    for line in table:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        print("  ".join(cells).rstrip())
    print(
        "\nFloors, of the same run: import grpc.aio, pydantic; a bare grpc.aio loop that makes the same calls, flooded"
    )
    print("alike; sequential unary calls to a bare grpc.aio server on the client's own loop; a program of one model.")

    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
