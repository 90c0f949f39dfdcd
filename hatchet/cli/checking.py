"""`check` looks at declarations without an engine; `graph` draws them, or a run."""

from __future__ import annotations

import argparse
import re

from hatchet.cli.ending import Exit, Stop, refuse
from hatchet.cli.engines import connected
from hatchet.cli.modules import Declared, declared
from hatchet.cli.shown import Shown
from hatchet.definitions.standalone import Standalone
from hatchet.errors import DefinitionError
from hatchet.options import cel

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def check(chosen: argparse.Namespace) -> Exit:
    """`check`: options, cycles, names, expressions and crons are looked at when the declarations are made."""
    shown = Shown(as_json=chosen.json)
    try:
        _, workflows = declared(chosen.module)
    except DefinitionError as error:
        refuse(error)
        return Exit.FAILED
    faults = 0
    for each in workflows:
        fault = _fault(each)
        faults += fault is not None
        tasks = ", ".join(node.name for node in each.nodes())
        shown.say(f"{each.name}: {fault or tasks}", name=each.name, tasks=tasks, fault=fault)
    if not cel.is_installed():
        refuse("expressions in CEL were not looked at: pip install 'hatchet-typed[embedded]'")
    return Exit.FAILED if faults else Exit.FINE


def _fault(each: Declared) -> str | None:
    try:
        (each.workflow if isinstance(each, Standalone) else each).definition()
    except DefinitionError as error:
        return " ".join(str(error).split())
    return None


def graph(chosen: argparse.Namespace) -> Exit:
    """`graph`: text of Mermaid, or of SVG."""
    if _ID.fullmatch(chosen.what):
        with connected(chosen) as hatchet:
            draw = hatchet.runs.to_svg if chosen.svg else hatchet.runs.to_mermaid
            print(draw(chosen.what, chosen.direction).rstrip("\n"))
        return Exit.FINE
    _, workflows = declared(chosen.what)
    drawn = [each for each in workflows if chosen.workflow in (None, each.name, each.base_name)]
    if not drawn:
        raise Stop(Exit.NOT_FOUND, f"{chosen.what} has no workflow {chosen.workflow!r}")
    if chosen.svg:
        for each in drawn:
            print(each.to_svg(chosen.direction))
        return Exit.FINE
    for number, each in enumerate(drawn):
        if len(drawn) > 1:
            print(f"{'' if not number else chr(10)}%% {each.name}")
        print(each.to_mermaid(chosen.direction), end="")
    return Exit.FINE
