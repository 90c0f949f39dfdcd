"""What a run of an exploration does not have, and says so: a network, processes, signals."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from hatchet.errors import HatchetError

STRANGE_THREAD: Final = (
    "a thread that the exploration does not know uses its loop, at any time; in a test that is explored, only sync "
    "tasks, asyncio.to_thread and executors of the loop run beside it"
)


class ExplorationError(HatchetError, AssertionError):
    """A run of an explored test did what none can, came to no end, or went another way when it was repeated."""


def _refused(what: str) -> Any:  # Any: it stands for methods of every signature
    def refuse(self: object, *args: object, **options: object) -> object:
        raise ExplorationError(
            f"the code uses {what}, which a run of an exploration does not have: how long it takes does not come from "
            "the seed. Give the test something in its place"
        )

    return refuse


OWN_LOOP: Final = (
    "a worker with a loop of its own cannot be explored; in a test that is explored write `async with worker:` or "
    "`await worker.aio_start()`, which run it on the one loop that there is"
)


class WithoutNetwork(asyncio.AbstractEventLoop):
    """A loop as far as it refuses."""

    create_connection: Any = _refused("a network connection")
    create_unix_connection: Any = _refused("a network connection")
    create_datagram_endpoint: Any = _refused("a network connection")
    create_server: Any = _refused("a network server")
    create_unix_server: Any = _refused("a network server")
    start_tls: Any = _refused("TLS")
    getaddrinfo: Any = _refused("name resolution")
    getnameinfo: Any = _refused("name resolution")
    add_reader: Any = _refused("a socket")
    remove_reader: Any = _refused("a socket")
    add_writer: Any = _refused("a socket")
    remove_writer: Any = _refused("a socket")
    connect_accepted_socket: Any = _refused("a socket")
    sock_accept: Any = _refused("a socket")
    sock_connect: Any = _refused("a socket")
    sock_recv: Any = _refused("a socket")
    sock_recv_into: Any = _refused("a socket")
    sock_recvfrom: Any = _refused("a socket")
    sock_recvfrom_into: Any = _refused("a socket")
    sock_sendall: Any = _refused("a socket")
    sock_sendto: Any = _refused("a socket")
    sock_sendfile: Any = _refused("a socket")
    sendfile: Any = _refused("a socket")
    connect_read_pipe: Any = _refused("a pipe")
    connect_write_pipe: Any = _refused("a pipe")
    subprocess_exec: Any = _refused("a process")
    subprocess_shell: Any = _refused("a process")
    add_signal_handler: Any = _refused("a signal")
    remove_signal_handler: Any = _refused("a signal")
    set_default_executor: Any = _refused("an executor")
    run_forever: Any = _refused("a loop that runs for ever")
    stop: Any = _refused("a loop that runs for ever")
