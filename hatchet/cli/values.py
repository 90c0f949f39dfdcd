"""What is written on the command line, read: JSON, pairs, lengths of time."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hatchet.cli.ending import Exit, Stop
from hatchet.rows import is_object, pairs

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def json_of(text: str, what: str) -> Any:  # Any: JSON of any shape
    """JSON as it is, of a file as `@FILE`, or of standard input as `-`."""
    try:
        if text == "-":
            text = sys.stdin.read()
        elif text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise Stop(Exit.USAGE, f"{what} cannot be read: {error}") from error
    except ValueError as error:
        raise Stop(Exit.USAGE, f"{what} is no JSON: {error}") from error


def object_of(text: str, what: str) -> dict[str, Any]:
    """The same, where it has to be an object."""
    value = json_of(text, what)
    if not is_object(value):
        raise Stop(Exit.USAGE, f"{what} is no JSON object: {text[:100]}")
    return value


def pairs_of(texts: Sequence[str] | None) -> dict[str, str] | None:
    """`KEY:VALUE` texts."""
    if texts is None:
        return None
    return pairs(texts, lambda text: Stop(Exit.USAGE, f"{text!r} is no pair; write KEY:VALUE"))


def ago(text: str) -> datetime:
    """The moment so long ago: `90s`, `2h`, `1d`."""
    found = re.fullmatch(r"(\d+)([smhdw])", text, re.ASCII)
    if found is None:
        raise Stop(Exit.USAGE, f"{text!r} is no length of time; write for example 30m, 2h or 7d")
    return datetime.now(timezone.utc) - timedelta(**{_UNITS[found[2]]: int(found[1])})
