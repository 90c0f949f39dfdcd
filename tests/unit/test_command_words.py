"""What the words of the command ask an engine for, print and end with, recorded in commands.txt to the letter."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hatchet import TenacityConfig
from hatchet.cli import main
from tests.canned import CannedEngine, id_of, listed, task
from tests.page.answers import (
    CRONS,
    DOING,
    EVENTS,
    HOOK,
    LIMITS,
    LIST,
    LOGS,
    OF_IT,
    OPEN,
    RUNS,
    SCHEDULES,
    SOME_CRONS,
    SOME_EVENTS,
    SOME_LIMITS,
    SOME_SCHEDULES,
    SOME_WORKERS,
    STABLE,
    WEBHOOKS,
    WORKERS,
    WORKFLOWS,
    line,
)  # fmt: skip

RECORDED = Path(__file__).parent / "commands.txt"
RENEW = "python -m tests.unit.test_command_words"
RUN, TASK = id_of(1), id_of(11)
OF_TASKS = {
    f"{STABLE}/tasks/{id_of(11 + number)}": task(11 + number, name, workflowRunExternalId=RUN)
    for number, name in enumerate(("count", "pay", "pack", "sorry"))
}
LINES = {
    f"{STABLE}/tasks/{id_of(11 + number)}/logs": listed(line(number, f"said {number}", level=level))
    for number, level in enumerate(("ERROR", "WARN", None, "INFO"))
}
EVERYTHING: Mapping[str, Any] = {
    **DOING, **OF_IT, **OPEN, **OF_TASKS, **LINES, LOGS: (404, {}), RUNS: LIST[RUNS], WORKFLOWS: LIST[WORKFLOWS],
    WORKERS: SOME_WORKERS, EVENTS: SOME_EVENTS, CRONS: SOME_CRONS, SCHEDULES: SOME_SCHEDULES, LIMITS: SOME_LIMITS,
    WEBHOOKS: listed(HOOK),
}  # fmt: skip
EMPTY = {name: listed() for name in (RUNS, WORKFLOWS, WORKERS, EVENTS, CRONS, SCHEDULES, LIMITS, WEBHOOKS)}

SHOWING = [
    "runs list", "workflows list", "workers list", "events list", "crons list", "schedules list", "rate-limits list",
    "webhooks list", f"durable show {id_of(21)}", f"runs get {RUN}", f"runs get {id_of(2)}", f"runs logs {RUN}",
    f"runs logs --follow {RUN}",
]  # fmt: skip
DOING_WORDS = [
    f"runs cancel {RUN} {TASK}", f"runs replay {RUN}", "workflows pause order", "workflows resume order",
    "workflows delete order", f"workers pause {id_of(61)}", f"workers resume {id_of(61)}",
    """events push made '{"n": 1}' --scope s --metadata a:b --metadata c:d:e""", "events push made",
    """crons create order nightly '0 8 1 1 *' --input '{"n": 1}'""", "crons create order nightly '0 0 31 2 *'",
    f"crons delete {id_of(81)}",
    f"schedules delete {id_of(83)}", "rate-limits set calls 7 hour", "webhooks delete hook",
    f"durable branch {id_of(21)} 0",
    """runs trigger order --input '[1]' --metadata a:b --priority 3""", "runs trigger order",
]  # fmt: skip
OTHERS = [
    "runs list --status failed --status RUNNING --workflow order --workflow ship --since 2h --metadata a:b --limit 2",
    "runs list --limit 501 --since 30m", "runs list --limit 1 --since 90s", "runs list --since 2w",
    "events list --limit 1", "events list --limit 501", f"graph {RUN}", f"graph --svg --direction TB {RUN}",
    f"graph {RUN.upper()}",
]  # fmt: skip
WRONG = [
    "runs list --status dancing", "runs list --since 1y", "runs list --since h", "runs list --since '1d '",
    "runs list --metadata a", "runs list --metadata :a", "runs list --workflow orde", "runs trigger orde",
    "runs trigger order --input '{'", "runs trigger order --input @/nowhere", "events push k '[1]'",
    "events push k '{'",
    f"crons delete {id_of(89)}", f"crons delete {id_of(82)}", f"crons delete {id_of(88)}", f"runs get {id_of(9)}",
    "runs get x", f"schedules delete {id_of(9)}", "workflows pause ship2", "runs cancel x",
    "crons create order n 'never'", f"runs logs {id_of(9)}", f"graph {id_of(9)}", f"durable show {id_of(9)}",
    "rate-limits set calls -7 hour",
]  # fmt: skip
FAILING = {
    **EVERYTHING,
    f"DELETE {CRONS[4:]}/{id_of(89)}": (500, {"errors": [{"description": "no such cron"}]}),
    f"DELETE {CRONS[4:]}/{id_of(82)}": (500, {"errors": [{"description": "it is broken"}]}),
}

ONCE = TenacityConfig(max_attempts=1)


def said(words: str, answers: Mapping[str, Any]) -> str:
    """What one command asks for, prints and ends with."""
    engine = CannedEngine(answers)
    out, err = io.StringIO(), io.StringIO()
    with (
        patch("hatchet.features.log_lines.INTERVAL", 0.0),
        patch("hatchet.cli.engines.client", lambda chosen: (engine.client(tenacity=ONCE), "an engine")),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = main(shlex.split(words))
    shown = re.sub(r"20(2[6-9]|[3-9]\d)-01-01", "NEXT-01-01", out.getvalue() + err.getvalue())  # when a cron is due
    asked = [f"  {each}" for each in engine.asked]
    return "\n".join([f"$ hatchet-py {words}", *asked, f"{shown}= {code}"]) + "\n"


def text() -> str:
    """The same of all commands."""
    told = [said(f"{words}{mode}", EVERYTHING) for words in [*SHOWING, *DOING_WORDS] for mode in ("", " --json")]
    told += [said(words, EVERYTHING) for words in OTHERS]
    told += [said(words, EMPTY) for words in SHOWING[:8]]
    told += [said(words, FAILING) for words in WRONG]
    told += [said(f"completion {shell}", {}) for shell in ("bash", "zsh", "fish")]
    return "\n".join(told)


def test_what_commands_ask_for_print_and_end_with_is_as_it_was_recorded() -> None:
    assert text() == RECORDED.read_text(encoding="utf-8"), f"if this is meant: {RENEW}"


if __name__ == "__main__":
    RECORDED.write_text(text(), encoding="utf-8")
