"""Which words the command takes. Only argparse is loaded for them; what a word does is loaded when it is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

PROG: Final = "hatchet-py"
MODULE = "MODULE[:CLIENT]"


class Words(Protocol):
    """What `add_subparsers` gives."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        """One more word."""
        ...


def parser(embedded: Callable[[argparse.ArgumentParser], None], version: Callable[[], str]) -> argparse.ArgumentParser:
    """The whole command.

    Args:
        embedded: adds the options of an embedded engine.
        version: of this package.
    """
    top = argparse.ArgumentParser(prog=PROG, description="Work with a Hatchet engine, the embedded one first.")
    top.add_argument("--version", action="store_true", help="show the version, and end")
    words = top.add_subparsers(dest="word", metavar="COMMAND")
    _serving(words, embedded)
    _runs(words)
    _others(words)
    _modules(words)
    completion = _word(
        words, "completion", "print a script that completes this command in a shell", "starting:completion"
    )
    completion.add_argument("shell", choices=["bash", "zsh", "fish"])
    return top


def _word(words: Words, name: str, help: str, run: str, *, engine: bool = False) -> argparse.ArgumentParser:
    made = words.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
    made.set_defaults(run=run)
    made.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    if engine:
        made.add_argument(
            "--profile", metavar="NAME", help="the engine of profiles/NAME.env in the user's configuration"
        )
        made.add_argument("--data", type=Path, metavar="FOLDER", help="the embedded engine of this folder")
    return made


def _group(words: Words, name: str, help: str) -> Words:
    made = words.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
    found: Words = made.add_subparsers(dest=f"{name}_word", metavar="COMMAND", required=True)
    return found


def _serving(words: Words, embedded: Callable[[argparse.ArgumentParser], None]) -> None:
    dev = _word(words, "dev", "serve an embedded engine on this machine, until stopped", "dev:dev")
    dev.add_argument(
        "module", nargs="?", metavar=MODULE, help="with a worker for these tasks, which reloads on changes"
    )
    dev.add_argument("--data", type=Path, default=Path(".hatchet"), help="folder where it keeps its data (%(default)s)")
    dev.add_argument("--memory", action="store_true", help="keep the data in memory instead")
    dev.add_argument("--grpc-port", type=int, default=0, help="port of the gRPC side (default: a free one)")
    dev.add_argument("--api-port", type=int, default=0, help="port of the REST side (default: a free one)")
    dev.add_argument("--verbose", action="store_true", help="log more than warnings and errors")
    embedded(dev)
    worker = _word(words, "worker", "run a worker for the tasks of a module", "working:worker", engine=True)
    worker.add_argument("module", metavar=MODULE, help="where the tasks are, and the client that declares them")
    worker.add_argument("--name", help="name of the worker (default: that of the module)")
    worker.add_argument("--slots", type=int, help="tasks that it runs at once (default: 100)")
    worker.add_argument("--durable-slots", type=int, help="durable tasks that it runs at once (default: 1000)")
    worker.add_argument("--reload", action="store_true", help="begin anew when a file of the program changes")


def _runs(words: Words) -> None:
    runs = _group(words, "runs", "see, start, cancel and repeat runs")
    listed = _word(runs, "list", "list runs, newest first", "looking:runs", engine=True)
    listed.add_argument("--status", action="append", type=str.upper, help="only these: QUEUED, RUNNING, COMPLETED, …")
    listed.add_argument("--workflow", action="append", help="only runs of these workflows, by name")
    listed.add_argument("--since", default="1d", help="only those of so long ago at most, such as 2h (%(default)s)")
    listed.add_argument("--metadata", action="append", metavar="KEY:VALUE", help="only runs with this metadata")
    listed.add_argument("--limit", type=int, default=50, help="so many at most (%(default)s)")
    one = {
        "get": ("show a run with its tasks", "looking:run"),
        "logs": ("show the log lines of a run's tasks", "looking:logs"),
        "watch": ("show what happens in a run until it ends", "looking:watch"),
    }
    for name, (meaning, run) in one.items():
        shown = _word(runs, name, meaning, run, engine=True)
        shown.add_argument("id", help="the run")
        if name == "logs":
            shown.add_argument("--follow", action="store_true", help="show lines as they come, until the run ends")
    for name, meaning in (("cancel", "cancel runs"), ("replay", "run ended runs again")):
        changed = _word(runs, name, meaning, f"acting:{name}", engine=True)
        changed.add_argument("id", nargs="+", help="the runs")
    trigger = _word(runs, "trigger", "start a run", "acting:trigger", engine=True)
    trigger.add_argument("workflow", help="name of the workflow or task")
    trigger.add_argument("--input", default="{}", help="JSON, @FILE, or - for standard input (%(default)s)")
    trigger.add_argument("--metadata", action="append", metavar="KEY:VALUE", help="metadata of the run")
    trigger.add_argument("--priority", type=int, choices=[1, 2, 3], help="3 goes first")
    trigger.add_argument("--wait", action="store_true", help="wait for its end, and show the outputs")


def _others(words: Words) -> None:
    workflows = _group(words, "workflows", "see, pause and delete workflows")
    _word(workflows, "list", "list workflows", "looking:workflows", engine=True)
    for name in ("pause", "resume", "delete"):
        _word(workflows, name, f"{name} a workflow", f"acting:workflow_{name}", engine=True).add_argument("name")
    workers = _group(words, "workers", "see, pause and resume workers")
    _word(workers, "list", "list workers", "looking:workers", engine=True)
    for name in ("pause", "resume"):
        _word(workers, name, f"{name} a worker", f"acting:worker_{name}", engine=True).add_argument("id")
    events = _group(words, "events", "see and push events")
    _word(events, "list", "list events, newest first", "looking:events", engine=True).add_argument(
        "--limit", type=int, default=50, help="so many at most (%(default)s)"
    )
    push = _word(events, "push", "push an event", "acting:push", engine=True)
    push.add_argument("key", help="key of the event")
    push.add_argument("payload", nargs="?", default="{}", help="JSON, @FILE, or - for standard input (%(default)s)")
    push.add_argument("--scope", help="scope for filters")
    push.add_argument("--metadata", action="append", metavar="KEY:VALUE", help="metadata of the event")
    crons = _group(words, "crons", "see, create and delete crons")
    _word(crons, "list", "list crons", "looking:crons", engine=True)
    create = _word(crons, "create", "create a cron", "acting:cron_create", engine=True)
    create.add_argument("workflow", help="name of the workflow or task")
    create.add_argument("name", help="name of the cron")
    create.add_argument("expression", help="when, such as '0 8 * * MON-FRI'")
    create.add_argument("--input", default="{}", help="JSON, @FILE, or - for standard input (%(default)s)")
    _word(crons, "delete", "delete a cron", "acting:cron_delete", engine=True).add_argument("id")
    schedules = _group(words, "schedules", "see and delete scheduled runs")
    _word(schedules, "list", "list scheduled runs", "looking:schedules", engine=True)
    _word(schedules, "delete", "delete a scheduled run", "acting:schedule_delete", engine=True).add_argument("id")
    limits = _group(words, "rate-limits", "see and set rate limits")
    _word(limits, "list", "list rate limits", "looking:rate_limits", engine=True)
    put = _word(limits, "set", "set a rate limit", "acting:rate_limit", engine=True)
    put.add_argument("key")
    put.add_argument("limit", type=int)
    put.add_argument("per", choices=["SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"], type=str.upper)
    webhooks = _group(words, "webhooks", "see and delete webhooks")
    _word(webhooks, "list", "list webhooks", "looking:webhooks", engine=True)
    _word(webhooks, "delete", "delete a webhook", "acting:webhook_delete", engine=True).add_argument("name")
    durable = _group(words, "durable", "see the log of a durable task, and go back in it")
    _word(durable, "show", "show the log of a durable task", "looking:durable", engine=True).add_argument("id")
    branch = _word(durable, "branch", "run a durable task again from an entry of its log", "acting:branch", engine=True)
    branch.add_argument("id", help="the task run")
    branch.add_argument("node", type=int, help="number of the entry")


def _modules(words: Words) -> None:
    replay = _word(
        words, "replay", "run recorded histories of durable tasks against the code of today", "replaying:replay"
    )
    replay.add_argument("target", metavar=MODULE, help="where the tasks are, and the client that declares them")
    replay.add_argument(
        "files", metavar="FILE", nargs="+", help="a history, as a worker writes it with record_histories"
    )
    replay.add_argument(
        "--patience", type=float, default=10.0, help="seconds for which the code may ask for nothing (%(default)g)"
    )
    replay.add_argument("--verbose", action="store_true", help="log more than warnings and errors")
    check = _word(words, "check", "look at the declarations of a module, without an engine", "checking:check")
    check.add_argument("module", metavar=MODULE)
    graph = _word(words, "graph", "draw the workflows of a module, or a run", "checking:graph", engine=True)
    graph.add_argument("what", metavar=f"{MODULE}|RUN", help="a module, or the id of a run")
    graph.add_argument("--workflow", help="only this one of the module")
    graph.add_argument("--direction", choices=["LR", "TB"], default="LR", help="from the left, or from the top")
    init = _word(words, "init", "begin a small project, with a test", "starting:init")
    init.add_argument("folder", type=Path, help="where; made if it is not there")
