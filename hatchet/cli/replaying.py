"""`hatchet replay`: recorded histories against the code of a module."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hatchet.errors import HatchetError, InputError, NonDeterminismError

if TYPE_CHECKING:
    from hatchet.definitions.standalone import Standalone
    from hatchet.definitions.workflow import Workflow


def replay_files(target: str, files: Sequence[str], patience: float) -> int:
    """Replay each file, and print what came of it; the command's exit code.

    0: the code goes along with all of them. 1: with one it does not, or it raises. 2: something cannot be read.
    """
    from hatchet.testing.replays import aio_replay

    try:
        workflows = declared(target)
    except InputError as error:
        print(f"hatchet replay: {error}", file=sys.stderr)
        return 2
    worst = 0
    for file in files:
        try:
            replayed = asyncio.run(aio_replay(file, *workflows, patience=patience))
        except InputError as error:
            print(f"{file}: {error}", file=sys.stderr)
            worst = max(worst, 2)
        except (NonDeterminismError, HatchetError) as error:
            print(f"{file}: {error}")
            worst = max(worst, 1)
        else:
            end = "to its end" if replayed.ended else "as far as the history goes"
            if replayed.error is None:
                print(f"{file}: the code goes along with it, {replayed.entries} entries, {end}")
            else:
                print(f"{file}: the code raises after {replayed.entries} entries: {replayed.error!r}")
                worst = max(worst, 1)
    return worst


def declared(target: str) -> list[Workflow[Any] | Standalone[Any, Any]]:
    """The tasks and workflows of `MODULE` or `MODULE:client`.

    Of a module those that it names; of a client all that it has declared in the modules that are loaded by then.

    Raises:
        InputError: there is no such module or client, or it has none.
    """
    from hatchet.client import Hatchet
    from hatchet.definitions.standalone import Standalone
    from hatchet.definitions.workflow import Workflow

    name, _, attribute = target.partition(":")
    sys.path.insert(0, "")  # as `python -m` has it
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise InputError(f"the module {name!r} cannot be imported: {error}") from error
    client = getattr(module, attribute, None) if attribute else None
    if attribute and not isinstance(client, Hatchet):
        raise InputError(f"{name} has no client {attribute!r}; write MODULE:NAME, with the name of a Hatchet()")
    modules = [module] if client is None else list(sys.modules.values())
    found: dict[str, Workflow[Any] | Standalone[Any, Any]] = {}
    for each in modules:
        for value in list(vars(each).values()):
            if isinstance(value, Workflow | Standalone) and (client is None or value.client is client):
                found[value.name] = value
    if not found:
        raise InputError(f"{target} has no tasks or workflows; they are looked for as names of modules")
    return [found[each] for each in sorted(found)]
