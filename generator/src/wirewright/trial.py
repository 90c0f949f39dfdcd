"""Runs in a process of its own: reads values with generated models and writes them again (see proof.py)."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any


def main(folder: str, package: str) -> None:
    """Try the values of standard input, and write to standard output what is not as it should be."""
    sys.path.insert(0, folder)
    from pydantic import PydanticUserError, TypeAdapter
    from pydantic_core import SchemaError

    models = import_module(f"{package}.rest.models")
    faults: list[dict[str, str]] = []
    for task in json.load(sys.stdin):
        try:
            adapter: TypeAdapter[Any] = TypeAdapter(getattr(models, task["name"]))
            adapter.rebuild(force=False)
            _build(adapter)
            reason = _tried(adapter, task["right"], task["wrong"])
        except RecursionError:
            reason = "a default that holds itself never ends"
        except SchemaError as error:
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            reason = next((line for line in lines if line.startswith("error: ")), lines[-1])
        except (PydanticUserError, NameError, TypeError, AttributeError) as error:
            reason = str(error).partition("\n")[0]
        if reason:
            faults.append({"name": task["name"], "reason": reason})
    json.dump(faults, sys.stdout)


def _build(adapter: Any) -> None:
    """Make the validator now, which would be made on first use."""
    with suppress(ValueError):
        adapter.validate_json("null")


def _tried(adapter: Any, right: list[Any], wrong: list[Any]) -> str:
    for value in right:
        try:
            read = adapter.validate_json(json.dumps(value), strict=True)
        except ValueError as error:
            return f"{json.dumps(value)} would be refused ({_words(error)})"
        back = json.loads(adapter.dump_json(read, by_alias=True, exclude_unset=True))
        if back != value:
            return f"{json.dumps(value)} would become {json.dumps(back)}"
    for value in wrong:
        try:
            adapter.validate_json(json.dumps(value))
        except ValueError:
            continue
        return f"{json.dumps(value)} would be taken, which it does not allow"
    return ""


def _words(error: ValueError) -> str:
    lines = [line for line in str(error).splitlines() if "For further information visit" not in line]
    # Behind the reason stands what only pydantic's users know.
    return " ".join(line.partition(" [type=")[0].strip() for line in lines[1:3]) or lines[0]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
