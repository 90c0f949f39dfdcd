"""The text in which a failure travels: written by the worker, read by whoever waits for the result.

`<type>: <message>`, the traceback on the lines below, and a last line of JSON with the task run's id. In the first line
`": "` inside the type is written `":::"`, and a line break in the message has a backslash before it, so that type,
message and traceback can be told apart.
"""

from __future__ import annotations

import json
import re
import traceback
from types import TracebackType
from typing import cast

from hatchet.errors import TaskFailure

METADATA_KEY = "__hatchet_error_metadata__"
#: Modules between the worker and the user's function; their frames tell a user nothing.
PLUMBING = ("hatchet.", "concurrent.futures.", "asyncio.")
#: Beyond this many characters the middle of a text is left out: the engine refuses messages over 4 MiB.
TEXT_LIMIT = 256 * 1024


_LINE_BREAK = re.compile(r"(?<!\\)\n")  # one without a backslash before it


def describe(error: BaseException, task_run_id: str) -> str:
    """The text of an exception, with the traceback of the user's code."""
    kind = type(error).__name__.replace(": ", ":::")
    message = str(error).replace("\n", "\\\n")
    if message.endswith("\\"):
        message += " "  # else the line break after it would read as part of the message
    frames = _user_frames(error)
    shown = "".join(traceback.format_exception(type(error), error, frames))
    metadata = json.dumps({METADATA_KEY: {"task_run_external_id": task_run_id}})
    text = f"{kind}: {_shorten(message)}\n{_shorten(shown)}\n\n{metadata}"
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")  # the engine refuses NUL characters


def _user_frames(error: BaseException) -> TracebackType | None:
    """The traceback from the first frame of the user's own code."""
    frames = error.__traceback__
    found = frames
    while found is not None and str(found.tb_frame.f_globals.get("__name__", "")).startswith(PLUMBING):
        found = found.tb_next
    return found or frames


def _shorten(text: str) -> str:
    if len(text) <= TEXT_LIMIT:
        return text
    half = TEXT_LIMIT // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"


def parse(text: str, task_name: str = "", task_run_id: str | None = None) -> TaskFailure:
    """What a failure text says; a text of another make is taken as the message."""
    body, _, last = text.rstrip().rpartition("\n")
    named = task_run_id
    if METADATA_KEY in last:
        try:
            metadata = cast(dict[str, dict[str, str]], json.loads(last))[METADATA_KEY]
            named = metadata.get("task_run_external_id") or task_run_id
        except (ValueError, KeyError, TypeError, AttributeError):
            body = text
    else:
        body = text
    first, *others = _LINE_BREAK.split(body, maxsplit=1)
    rest = others[0] if others else ""
    kind, separator, message = first.partition(": ")
    if not separator or " " in kind or not rest.strip():
        return TaskFailure(task_name, "HatchetError", text, "", named)
    message = message.replace("\\\n", "\n")
    return TaskFailure(task_name, kind.replace(":::", ": "), message, rest.strip(), named)
