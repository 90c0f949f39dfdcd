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

    create_connection = _refused("a network connection")
    create_unix_connection = _refused("a network connection")
    create_datagram_endpoint = _refused("a network connection")
    create_server = _refused("a network server")
    create_unix_server = _refused("a network server")
    start_tls = _refused("TLS")
    getaddrinfo = _refused("name resolution")
    getnameinfo = _refused("name resolution")
    add_reader = remove_reader = add_writer = remove_writer = _refused("a socket")
    connect_accepted_socket = sock_accept = sock_connect = _refused("a socket")
    sock_recv = sock_recv_into = sock_recvfrom = sock_recvfrom_into = _refused("a socket")
    sock_sendall = sock_sendto = sock_sendfile = sendfile = _refused("a socket")
    connect_read_pipe = connect_write_pipe = _refused("a pipe")
    subprocess_exec = subprocess_shell = _refused("a process")
    add_signal_handler = remove_signal_handler = _refused("a signal")
    set_default_executor = _refused("an executor")
    run_forever = stop = _refused("a loop that runs for ever")
