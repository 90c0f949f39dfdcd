"""The tasks of a module of the user's, as the command finds them."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from hatchet.cli.ending import Exit, Stop
from hatchet.client import Hatchet
from hatchet.definitions.standalone import Standalone
from hatchet.definitions.workflow import Workflow

Declared = Workflow[Any] | Standalone[Any, Any]


def declared(target: str) -> tuple[Hatchet, list[Declared]]:
    """The client of `MODULE` or `MODULE:client`, and the tasks and workflows that it has declared in loaded modules.

    Without a name the module's tasks say which client it is.
    """
    name, _, attribute = target.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `python -m` has it
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise Stop(Exit.USAGE, f"there is no module {error.name!r} here: {error}") from error
    client = getattr(module, attribute, None) if attribute else _client_of(vars(module))
    if not isinstance(client, Hatchet):
        what = f"no client {attribute!r}" if attribute else "no Hatchet(), and no tasks of one"
        raise Stop(Exit.USAGE, f"the module {name} has {what}; write MODULE:NAME, with the name of a client")
    found: dict[str, Declared] = {
        value.name: value
        for each in list(sys.modules.values())
        for value in list(vars(each).values())
        if isinstance(value, Workflow | Standalone) and value.client is client
    }
    if not found:
        raise Stop(Exit.USAGE, f"{target} declares no tasks or workflows that a module has a name for")
    return client, [found[each] for each in sorted(found)]


def _client_of(names: dict[str, Any]) -> Hatchet | None:
    clients = [value for value in names.values() if isinstance(value, Hatchet)]
    clients += [
        value.client
        for value in names.values()
        if isinstance(value, Workflow | Standalone) and isinstance(value.client, Hatchet)
    ]
    return clients[0] if clients else None
