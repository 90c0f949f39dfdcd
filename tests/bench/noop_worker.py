"""A worker of this package with one no-op async task, for the flood."""

from __future__ import annotations

import base64
import json
import resource
import sys
import threading

from hatchet import ClientConfig, ClientTLSConfig, Context, EmptyModel, Hatchet


def main(address: str, tasks: int) -> None:
    """Execute `tasks` assignments, then say how much CPU and memory that took; none: as soon as it listens."""
    claims = {
        "sub": "00000000-0000-0000-0000-000000000000",
        "server_url": "http://127.0.0.1:9",
        "grpc_broadcast_address": address,
    }
    token = f"ey.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.x"
    hatchet = Hatchet(ClientConfig(token=token, tls_config=ClientTLSConfig(strategy="none")))
    done = 0
    finished = threading.Event()

    @hatchet.task()
    async def noop(input: EmptyModel, ctx: Context) -> None:
        nonlocal done
        done += 1
        if done == tasks:
            finished.set()

    worker = hatchet.worker("flooded", workflows=[noop])
    thread = threading.Thread(target=worker.start, daemon=True)
    thread.start()
    worker.wait_until_ready()
    if tasks:
        finished.wait()
    sys.stdin.readline()  # the flood has counted the last outcome
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, flush=True)
    thread.join()  # until this process is ended


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
