"""The text in which a failure travels: written by the worker, read by whoever waits for the result.

`<type>: <message>`, the traceback on the lines below, and a last line of JSON with the task run's id. In the first line
`": "` inside the type is written `":::"`, and a line break in the message has a backslash before it, so that type,
message and traceback can be told apart.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable
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
    """The text of an exception, with the traceback of the user's code. It never raises.

    The exception's own code may raise, recurse or give what is no text; a part that cannot be had says so in its place.
    """
    kind = type_name(error).replace("\n", " ").replace(": ", ":::")
    message = _plain(lambda: str(error), "no text: its str()").replace("\n", "\\\n")
    if message.endswith("\\"):
        message += " "  # else the line break after it would read as part of the message
    shown = traceback_of(error)
    metadata = json.dumps({METADATA_KEY: {"task_run_external_id": task_run_id}})
    text = f"{kind}: {_shorten(message)}\n{_shorten(shown)}\n\n{metadata}"
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")  # the engine refuses NUL characters


def traceback_of(error: BaseException) -> str:
    """The traceback of an exception, from the first frame of the user's code. It never raises."""
    return _plain(lambda: _formatted(error), "no traceback: to format it")


def type_name(error: BaseException) -> str:
    """The name of an exception's class, whatever its metaclass makes of it."""
    return _plain(lambda: type.__dict__["__name__"].__get__(type(error)), "no name: its class")


def _plain(make: Callable[[], str], missing: str) -> str:
    """What `make` gives, as text that can be sent; in its place `missing`, where the user's code in it raises."""
    try:
        # By the method of str itself: a subclass may have another. Half characters are written as they are in Python.
        return str.encode(make(), "utf-8", "backslashreplace").decode()
    except BaseException as broken:  # whatever it is, it must not keep the failure from being reported
        return f"<{missing} raised {type.__dict__['__name__'].__get__(type(broken))}>"


def _formatted(error: BaseException) -> str:
    frames = _user_frames(error)
    try:
        return "".join(traceback.format_exception(type(error), error, frames))
    except BaseException:  # an attribute of it is odd; where it was raised can be told without
        return "".join(traceback.format_tb(frames))


def _user_frames(error: BaseException) -> TracebackType | None:
    """The traceback from the first frame of the user's own code."""
    frames: TracebackType | None = BaseException.__dict__["__traceback__"].__get__(error)
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
    named, has_metadata = task_run_id, False
    if METADATA_KEY in last:
        try:
            metadata = cast(dict[str, dict[str, str]], json.loads(last))[METADATA_KEY]
            named = metadata.get("task_run_external_id") or task_run_id
            has_metadata = True
        except (ValueError, KeyError, TypeError, AttributeError):
            body = text
    else:
        body = text
    first, *others = _LINE_BREAK.split(body, maxsplit=1)
    rest = others[0] if others else ""
    kind, separator, message = first.partition(": ")
    if not separator or (not has_metadata and (" " in kind or not rest.strip())):
        return TaskFailure(task_name, "HatchetError", text, "", named)
    message = message.replace("\\\n", "\n")
    return TaskFailure(task_name, kind.replace(":::", ": "), message, rest.strip(), named)
