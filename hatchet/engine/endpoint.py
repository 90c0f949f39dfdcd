"""Where an engine can be reached, and how processes that share a data folder find the one that serves it."""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import socket
import sys
import time
from dataclasses import asdict, field
from pathlib import Path
from typing import IO

from hatchet._dataclasses import dataclass
from hatchet.engine.state.errors import EngineStartError
from hatchet.engine.storage import folder

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


logger: logging.Logger = logging.getLogger(__name__)

LOCK_FILE = "engine.lock"
ENDPOINT_FILE = "engine.json"
PROBE_RETRIES = 3
PROBE_PAUSE = 0.005


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How to reach a running engine."""

    token: str = field(repr=False)
    """API token; a client can read the other values from it."""
    tenant_id: str
    """The only tenant, a UUID."""
    grpc_address: str
    """`host:port` of the gRPC side."""
    server_url: str
    """Base URL of the REST side."""
    pid: int
    """Process that serves."""


class FolderTaken(EngineStartError):
    """Another engine serves the data folder."""


class FolderLock:
    """Exclusive right to serve a data folder; it ends with the process, however that ends."""

    def __init__(self, data: Path) -> None:
        folder.prepare(data)
        self._data = data
        try:
            self._file: IO[bytes] = open(data / LOCK_FILE, "ab", opener=folder.create)  # noqa: SIM115 - held until release
        except OSError as error:
            raise EngineStartError(
                f"{data / LOCK_FILE} cannot be used ({error.strerror}); check its rights, or choose another data folder"
            ) from error
        if not self._locked():
            self._file.close()
            other = _read(data)
            whom = f"process {other.pid} ({other.server_url})" if other is not None else "another process"
            raise FolderTaken(
                f"{whom} already serves the data folder {data}; connect to that engine, or choose another folder"
            )
        (data / ENDPOINT_FILE).unlink(missing_ok=True)

    def _locked(self) -> bool:
        # `running` holds the lock for an instant to see whether it is free; that must not look like an engine.
        for _ in range(PROBE_RETRIES):
            if _try_lock(self._file):
                return True
            time.sleep(PROBE_PAUSE)
        return _try_lock(self._file)

    def publish(self, endpoint: Endpoint) -> None:
        """Tell other processes where the engine is; readable by this user only, since it holds the token."""
        draft = self._data / f"{ENDPOINT_FILE}.{os.getpid()}"
        draft.unlink(missing_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(endpoint), file)
        draft.replace(self._data / ENDPOINT_FILE)

    def release(self) -> None:
        """Give the folder up."""
        if not self._file.closed:
            (self._data / ENDPOINT_FILE).unlink(missing_ok=True)
            self._file.close()


def reserve(host: str, port: int, former: int | None, side: str) -> socket.socket:
    """A socket bound to `port`; for 0 to the `former` one if it is still free, so that clients find the engine again.

    Raises:
        EngineStartError: the port is taken; `side` says whose it is.
    """
    for candidate in [port] if port or former is None else [former, 0]:
        # Named as TCP, so that asyncio sends small packets at once: otherwise answers wait 40 ms for a receipt.
        reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.setblocking(False)
        try:
            reserved.bind((host, candidate))
        except OSError:
            reserved.close()
            continue
        return reserved
    raise EngineStartError(
        f"the {side} side cannot listen on {host}:{port}; another program may use the port: free it, or leave the port"
        " at 0 to have a free one chosen"
    )


def check_host(host: str, allow_remote: bool) -> None:
    """Refuse an address that others than this machine reach, unless that was asked for by name; then it is warned of.

    Raises:
        EngineStartError: it is not a loopback address, and `allow_remote` is not set.
    """
    if is_loopback(host):
        return
    if not allow_remote:
        raise EngineStartError(
            f"{host} is not a loopback address: other machines could reach the embedded engine, which speaks without"
            " encryption. Leave host at 127.0.0.1, or set allow_remote=True"
        )
    logger.warning(
        "the embedded engine listens on %s, for other machines too: everything, the token included, travels without"
        " encryption, so use it in networks that you trust only",
        host,
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def port_of(reserved: socket.socket) -> int:
    """The port that a socket is bound to."""
    return int(reserved.getsockname()[1])


def running(data: Path) -> Endpoint | None:
    """The engine, of this or another process, that serves a data folder; None when there is none or it still starts."""
    try:
        file = open(data / LOCK_FILE, "rb+")  # noqa: SIM115 - closed below; it is not made by a look at it
    except OSError:
        return None
    with file:
        if _try_lock(file):
            return None
    return _read(data)


def _read(data: Path) -> Endpoint | None:
    try:
        found = json.loads((data / ENDPOINT_FILE).read_text(encoding="utf-8"))
        return Endpoint(
            token=str(found["token"]),
            tenant_id=str(found["tenant_id"]),
            grpc_address=str(found["grpc_address"]),
            server_url=str(found["server_url"]),
            pid=int(found["pid"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        # A file that is missing or half-written belongs to an engine that is starting or has just died.
        return None
