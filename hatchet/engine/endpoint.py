"""Where an engine can be reached, and how processes that share a data folder find the one that serves it."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from hatchet.engine.state.errors import EngineStartError

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


class FolderLock:
    """Exclusive right to serve a data folder; it ends with the process, however that ends."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._data = data
        self._file: IO[bytes] = open(data / LOCK_FILE, "ab")  # noqa: SIM115 - held until release
        if not self._locked():
            self._file.close()
            other = _read(data)
            whom = f"process {other.pid} ({other.server_url})" if other is not None else "another process"
            raise EngineStartError(
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


def running(data: Path) -> Endpoint | None:
    """The engine, of this or another process, that serves a data folder; None when there is none or it still starts."""
    try:
        file = open(data / LOCK_FILE, "ab") if data.is_dir() else None  # noqa: SIM115 - closed below
    except OSError:
        return None
    if file is None:
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
