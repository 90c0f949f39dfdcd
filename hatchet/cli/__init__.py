"""The command `hatchet-py`, also `python -m hatchet`: serves the embedded engine, and works with any engine.

Its name is not `hatchet`, as that is the engine's own command; the words that both have mean the same.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence

from hatchet.cli.ending import Exit, Stop, code_of, refuse
from hatchet.cli.words import parser

Run = Callable[[argparse.Namespace], "Exit | int"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code, see `Exit`."""
    given = sys.argv[1:] if arguments is None else [*arguments]
    parsed = parser(next((word for word in given if not word.startswith("-")), ""))
    chosen = parsed.parse_args(given)
    if chosen.version:
        print(f"{parsed.prog} {_version()}")
        return Exit.FINE
    if chosen.word is None:
        parsed.print_help(sys.stderr)
        return Exit.USAGE
    module, _, name = str(chosen.run).partition(":")
    try:
        run: Run = getattr(importlib.import_module(f"hatchet.cli.{module}"), name)
        return int(run(chosen))
    except Stop as stop:
        if str(stop):
            refuse(stop)
        return stop.code
    except KeyboardInterrupt:
        return 130  # as shells have it for an interrupt
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has read enough; Python would complain at the end
        return Exit.FINE
    except Exception as error:
        from hatchet.errors import HatchetError

        if not isinstance(error, HatchetError):
            raise
        refuse(error)
        return code_of(error)


def _version() -> str:
    from hatchet.version import __version__

    return __version__
