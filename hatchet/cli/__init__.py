"""The command `hatchet`.

`hatchet dev` serves an embedded engine for several programs, until it is stopped.
`hatchet replay` runs recorded histories of durable tasks against the code of today.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hatchet._embedded_options import EmbeddedSpec
from hatchet._embedded_options import options as embedded_options
from hatchet._embedded_options import read as read_embedded_options
from hatchet._settings import Sources, variable
from hatchet.errors import ConfigError
from hatchet.version import __version__
from hatchet.worker.signals import StopSignals

if TYPE_CHECKING:
    from hatchet.engine import EmbeddedEngine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser(prog="hatchet", description="Tools for the Hatchet engine.")
    parser.add_argument("--version", action="version", version=f"hatchet {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    dev = commands.add_parser("dev", help="serve an embedded engine on this machine, until stopped")
    dev.add_argument("--data", type=Path, default=Path(".hatchet"), help="folder where it keeps its data (%(default)s)")
    dev.add_argument("--memory", action="store_true", help="keep the data in memory instead")
    dev.add_argument("--grpc-port", type=int, default=0, help="port of the gRPC side (default: a free one)")
    dev.add_argument("--api-port", type=int, default=0, help="port of the REST side (default: a free one)")
    dev.add_argument("--verbose", action="store_true", help="log more than warnings and errors")
    names: list[str] = []
    for name, default, meaning in embedded_options():
        names.append(name)
        flag, setting = f"--{name.replace('_', '-')}", variable(f"embedded_{name}")
        dev.add_argument(flag, default=argparse.SUPPRESS, help=f"{meaning} (default: {setting}, or {default})")
    replay = commands.add_parser("replay", help="run recorded histories of durable tasks against the code of today")
    replay.add_argument(
        "target", metavar="MODULE[:CLIENT]", help="where the tasks are, and the client that declares them"
    )
    replay.add_argument(
        "files", metavar="FILE", nargs="+", help="a history, as a worker writes it with record_histories"
    )
    replay.add_argument(
        "--patience",
        type=float,
        default=10.0,
        help="seconds for which the code may ask for nothing (default: %(default)g)",
    )
    replay.add_argument("--verbose", action="store_true", help="log more than warnings and errors")
    chosen = parser.parse_args(arguments)
    _log_to_stderr(verbose=chosen.verbose)
    if chosen.command == "replay":
        from hatchet.cli.replaying import replay_files

        return replay_files(chosen.target, chosen.files, chosen.patience)
    given = {name: value for name, value in vars(chosen).items() if name in names}
    try:
        spec = read_embedded_options(Sources({}), given)
        return asyncio.run(_dev(None if chosen.memory else chosen.data, chosen.grpc_port, chosen.api_port, spec))
    except ConfigError as error:
        return _refuse(str(error))


def _log_to_stderr(*, verbose: bool) -> None:
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("hatchet").setLevel(logging.DEBUG if verbose else logging.WARNING)


def _refuse(reason: str) -> int:
    print(f"hatchet dev: {' '.join(reason.split())}", file=sys.stderr)
    return 1


async def _dev(data: Path | None, grpc_port: int, api_port: int, spec: EmbeddedSpec) -> int:
    from hatchet.engine import EmbeddedEngine, EngineStartError

    try:
        engine = EmbeddedEngine(data, grpc_port=grpc_port, api_port=api_port, settings=spec.settings())
        await engine.start()
    except ImportError as error:
        return _refuse(f"it needs {error.name}: pip install 'hatchet-typed[embedded]'")
    except (EngineStartError, OSError) as error:
        return _refuse(str(error))
    try:
        await _until_stopped(engine, data)
    finally:
        await engine.stop()
    return 0


async def _until_stopped(engine: EmbeddedEngine, data: Path | None) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    endpoint = engine.endpoint
    with StopSignals(lambda number, count: loop.call_soon_threadsafe(stopped.set)):
        print(f"gRPC {endpoint.grpc_address}, REST {endpoint.server_url}, data in {data or 'memory'}")
        print("In another terminal:\n")
        print(f"export HATCHET_CLIENT_TOKEN={endpoint.token}\nexport HATCHET_CLIENT_TLS_STRATEGY=none\n", flush=True)
        await stopped.wait()
