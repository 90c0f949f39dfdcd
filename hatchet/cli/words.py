"""Which words the command takes. Only argparse is loaded for them; what a word does is loaded when it is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

PROG: Final = "hatchet-py"
MODULE: Final = "MODULE[:CLIENT]"
JSON_INPUT: Final = "JSON, @FILE, or - for standard input (%(default)s)"


class Words(Protocol):
    """What `add_subparsers` gives."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        """One more word."""
        ...


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The command.

    Args:
        only: the one word of which everything is needed; default: of all.
    """
    top = argparse.ArgumentParser(prog=PROG, description="Work with a Hatchet engine, the embedded one first.")
    top.add_argument("--version", action="store_true", help="show the version, and end")
    words = top.add_subparsers(dest="word", metavar="COMMAND")
    for name, (meaning, fill) in WORDS.items():
        made = words.add_parser(name, help=meaning, description=_sentence(meaning))
        if only in (None, name):
            fill(made)
    return top


def _sentence(meaning: str) -> str:
    return f"{meaning[0].upper()}{meaning[1:]}."


def _does(made: argparse.ArgumentParser, run: str, *, engine: bool = False) -> argparse.ArgumentParser:
    """What a word does, as module and function of this package."""
    made.set_defaults(run=run)
    made.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    if engine:
        made.add_argument("--profile", metavar="NAME", help="the engine of profiles/NAME.env in your configuration")
        made.add_argument("--data", type=Path, metavar="FOLDER", help="the embedded engine of this folder")
    return made


class Group:
    """The words below a word, all about an engine."""

    def __init__(self, made: argparse.ArgumentParser) -> None:
        self._words: Words = made.add_subparsers(dest="inner", metavar="COMMAND", required=True)

    def add(self, name: str, meaning: str, run: str) -> argparse.ArgumentParser:
        """One of them."""
        made = self._words.add_parser(name, help=meaning, description=_sentence(meaning))
        return _does(made, run, engine=True)


def _dev(dev: argparse.ArgumentParser) -> None:
    from hatchet._embedded_options import options
    from hatchet._settings import variable

    _does(dev, "dev:dev")
    dev.add_argument(
        "module", nargs="?", metavar=MODULE, help="run a worker for these tasks, too; it reloads on changes"
    )
    dev.add_argument("--data", type=Path, default=Path(".hatchet"), help="folder where it keeps its data (%(default)s)")
    dev.add_argument("--memory", action="store_true", help="keep the data in memory instead")
    dev.add_argument("--grpc-port", type=int, default=0, help="port of the gRPC side (default: a free one)")
    dev.add_argument("--api-port", type=int, default=0, help="port of the REST side (default: a free one)")
    dev.add_argument("--verbose", action="store_true", help="log more than warnings and errors")
    dev.add_argument("--no-page", action="store_true", help="serve no page")
    _where(dev, "--page-address", "--page-port")
    for name, default, meaning in options():
        flag, setting = f"--{name.replace('_', '-')}", variable(f"embedded_{name}")
        dev.add_argument(flag, default=argparse.SUPPRESS, help=f"{meaning} (default: {setting}, or {default})")


def _where(made: argparse.ArgumentParser, address: str, port: str) -> None:
    """Where the page is served."""
    made.add_argument(
        address, metavar="ADDRESS", help="loopback address of the page (default: one of its own, or 127.0.0.1)"
    )
    made.add_argument(port, type=int, metavar="PORT", help="port of the page (default: 8733, or a free one)")


def _page(page: argparse.ArgumentParser) -> None:
    _does(page, "paging:page", engine=True)
    _where(page, "--address", "--port")


def _worker(worker: argparse.ArgumentParser) -> None:
    _does(worker, "working:worker", engine=True)
    worker.add_argument("module", metavar=MODULE, help="where the tasks are, and the client that declares them")
    worker.add_argument("--name", help="name of the worker (default: that of the module)")
    worker.add_argument("--slots", type=int, help="tasks that it runs at once (default: 100)")
    worker.add_argument("--durable-slots", type=int, help="durable tasks that it runs at once (default: 1000)")
    worker.add_argument("--reload", action="store_true", help="begin anew when a file of the program changes")


def _runs(made: argparse.ArgumentParser) -> None:
    runs = Group(made)
    listed = runs.add("list", "list runs, newest first", "looking:runs")
    listed.add_argument("--status", action="append", type=str.upper, help="only these: QUEUED, RUNNING, COMPLETED, …")
    listed.add_argument("--workflow", action="append", help="only runs of this workflow, by its name")
    listed.add_argument("--since", default="1d", help="only those of so long ago at most, such as 2h (%(default)s)")
    listed.add_argument("--metadata", action="append", metavar="KEY:VALUE", help="only runs with this metadata")
    listed.add_argument("--limit", type=int, default=50, help="so many at most (%(default)s)")
    runs.add("get", "show a run with its tasks", "looking:run").add_argument("id", help="the run")
    logs = runs.add("logs", "show the log lines of a run's tasks", "looking:logs")
    logs.add_argument("id", help="the run")
    logs.add_argument("--follow", action="store_true", help="show lines as they come, until the run ends")
    watch = runs.add("watch", "show what happens in a run until it ends, and end as it does", "looking:watch")
    watch.add_argument("id", help="the run")
    runs.add("cancel", "cancel runs", "acting:cancel").add_argument("id", nargs="+", help="the runs")
    runs.add("replay", "run ended runs again", "acting:replay").add_argument("id", nargs="+", help="the runs")
    trigger = runs.add("trigger", "start a run", "acting:trigger")
    trigger.add_argument("workflow", help="name of the workflow or task")
    trigger.add_argument("--input", default="{}", help=JSON_INPUT)
    trigger.add_argument("--metadata", action="append", metavar="KEY:VALUE", help="metadata of the run")
    trigger.add_argument("--priority", type=int, choices=[1, 2, 3], help="3 goes first")
    trigger.add_argument("--wait", action="store_true", help="wait for its end, and show the outputs")


def _workflows(made: argparse.ArgumentParser) -> None:
    workflows = Group(made)
    workflows.add("list", "list workflows", "looking:workflows")
    for name in ("pause", "resume", "delete"):
        workflows.add(name, f"{name} a workflow", f"acting:workflow_{name}").add_argument("name", help="its name")


def _workers(made: argparse.ArgumentParser) -> None:
    workers = Group(made)
    workers.add("list", "list workers", "looking:workers")
    workers.add("pause", "give a worker no new work", "acting:worker_pause").add_argument("id", help="the worker")
    workers.add("resume", "give a worker work again", "acting:worker_resume").add_argument("id", help="the worker")


def _events(made: argparse.ArgumentParser) -> None:
    events = Group(made)
    listed = events.add("list", "list events, newest first", "looking:events")
    listed.add_argument("--limit", type=int, default=50, help="so many at most (%(default)s)")
    push = events.add("push", "push an event", "acting:push")
    push.add_argument("key", help="key of the event")
    push.add_argument("payload", nargs="?", default="{}", help=JSON_INPUT)
    push.add_argument("--scope", help="scope for filters")
    push.add_argument("--metadata", action="append", metavar="KEY:VALUE", help="metadata of the event")


def _crons(made: argparse.ArgumentParser) -> None:
    crons = Group(made)
    crons.add("list", "list crons", "looking:crons")
    create = crons.add("create", "create a cron", "acting:cron_create")
    create.add_argument("workflow", help="name of the workflow or task")
    create.add_argument("name", help="name of the cron")
    create.add_argument("expression", help="when, such as '0 8 * * MON-FRI'")
    create.add_argument("--input", default="{}", help=JSON_INPUT)
    crons.add("delete", "delete a cron", "acting:cron_delete").add_argument("id", help="the cron")


def _schedules(made: argparse.ArgumentParser) -> None:
    schedules = Group(made)
    schedules.add("list", "list scheduled runs", "looking:schedules")
    schedules.add("delete", "delete a scheduled run", "acting:schedule_delete").add_argument("id", help="its id")


def _rate_limits(made: argparse.ArgumentParser) -> None:
    limits = Group(made)
    limits.add("list", "list rate limits", "looking:rate_limits")
    put = limits.add("set", "set a rate limit", "acting:rate_limit")
    put.add_argument("key", help="its key")
    put.add_argument("limit", type=int, help="units")
    put.add_argument("per", type=str.upper, choices=["SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"])


def _webhooks(made: argparse.ArgumentParser) -> None:
    webhooks = Group(made)
    webhooks.add("list", "list webhooks", "looking:webhooks")
    webhooks.add("delete", "delete a webhook", "acting:webhook_delete").add_argument("name", help="its name")


def _durable(made: argparse.ArgumentParser) -> None:
    durable = Group(made)
    durable.add("show", "show the log of a durable task", "looking:durable").add_argument("id", help="the task run")
    branch = durable.add("branch", "run a durable task again from an entry of its log", "acting:branch")
    branch.add_argument("id", help="the task run")
    branch.add_argument("node", type=int, help="number of the entry")


def _replay(replay: argparse.ArgumentParser) -> None:
    _does(replay, "replaying:replay")
    replay.add_argument("target", metavar=MODULE, help="where the tasks are, and the client that declares them")
    replay.add_argument(
        "files", metavar="FILE", nargs="+", help="histories, as workers write them with record_histories"
    )
    replay.add_argument(
        "--patience", type=float, default=10.0, help="seconds for which the code may ask for nothing (%(default)g)"
    )
    replay.add_argument("--verbose", action="store_true", help="log more than warnings and errors")


def _check(check: argparse.ArgumentParser) -> None:
    _does(check, "checking:check").add_argument("module", metavar=MODULE, help="where the declarations are")


def _graph(graph: argparse.ArgumentParser) -> None:
    _does(graph, "checking:graph", engine=True)
    graph.add_argument("what", metavar=f"{MODULE}|RUN", help="a module, or the id of a run")
    graph.add_argument("--workflow", help="only this one of the module")
    graph.add_argument("--svg", action="store_true", help="text of SVG instead of Mermaid, a picture a line")
    graph.add_argument("--direction", choices=["LR", "TB"], default="LR", help="from the left, or from the top")


def _init(init: argparse.ArgumentParser) -> None:
    _does(init, "starting:init").add_argument("folder", type=Path, help="where; made if it is not there")


def _completion(completion: argparse.ArgumentParser) -> None:
    _does(completion, "starting:completion").add_argument("shell", choices=["bash", "zsh", "fish"])


WORDS: Final[dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]]] = {
    "dev": ("serve an embedded engine on this machine, until stopped", _dev),
    "worker": ("run a worker for the tasks of a module", _worker),
    "page": ("serve a page to work with an engine in a browser, until stopped", _page),
    "runs": ("see, start, cancel and repeat runs", _runs),
    "workflows": ("see, pause and delete workflows", _workflows),
    "workers": ("see and pause workers", _workers),
    "events": ("see and push events", _events),
    "crons": ("see, create and delete crons", _crons),
    "schedules": ("see and delete scheduled runs", _schedules),
    "rate-limits": ("see and set rate limits", _rate_limits),
    "webhooks": ("see and delete webhooks", _webhooks),
    "durable": ("see the log of a durable task, and go back in it", _durable),
    "replay": ("run recorded histories of durable tasks against the code of today", _replay),
    "check": ("look at the declarations of a module, without an engine", _check),
    "graph": ("draw the workflows of a module, or a run", _graph),
    "init": ("begin a small project, with a test", _init),
    "completion": ("print a script that completes this command in a shell", _completion),
}
"""The words, what they are for, and what fills in the rest of each."""
