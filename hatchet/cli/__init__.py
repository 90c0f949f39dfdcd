"""The command `hatchet`.

`hatchet dev` serves an embedded engine for several programs, until it is stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from hatchet.version import __version__
from hatchet.worker.signals import StopSignals


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
    options = parser.parse_args(arguments)
    return asyncio.run(_dev(None if options.memory else options.data, options.grpc_port, options.api_port))


async def _dev(data: Path | None, grpc_port: int, api_port: int) -> int:
    from hatchet.engine import EmbeddedEngine, EngineStartError

    engine = EmbeddedEngine(data, grpc_port=grpc_port, api_port=api_port)
    try:
        endpoint = await engine.start()
    except ImportError as error:
        print(f"hatchet dev needs {error.name}: pip install 'hatchet-typed[embedded]'", file=sys.stderr)
        return 1
    except (EngineStartError, OSError) as error:
        print(f"hatchet dev: {error}", file=sys.stderr)
        return 1
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    try:
        with StopSignals(lambda number, count: loop.call_soon_threadsafe(stopped.set)):
            print(f"gRPC {endpoint.grpc_address}, REST {endpoint.server_url}, data in {data or 'memory'}")
            print("In another terminal:\n")
            print(
                f"export HATCHET_CLIENT_TOKEN={endpoint.token}\nexport HATCHET_CLIENT_TLS_STRATEGY=none\n", flush=True
            )
            await stopped.wait()
    finally:
        await engine.stop()
    return 0
