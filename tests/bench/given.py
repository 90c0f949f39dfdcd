"""`run_many` on the engine that HATCHET_CLIENT_* names, beside what that engine itself took by its own record."""

from __future__ import annotations

import json
import time
import uuid
from datetime import datetime

from hatchet import ClientConfig, Context, EmptyModel, Hatchet

ROUNDS, RUNS = 4, 500
SHOWN_WITHIN = 60.0  # s; a REST side may follow a few seconds behind


def recorded(hatchet: Hatchet, mark: dict[str, str]) -> float:
    """Seconds from the first trigger to the last completion, by the engine's record."""
    deadline = time.monotonic() + SHOWN_WITHIN
    while True:
        rows = list(hatchet.runs.iterate(additional_metadata=mark))
        ended = [row.finished_at for row in rows if row.finished_at is not None]
        if len(ended) == RUNS:
            began: list[datetime] = [row.task_inserted_at for row in rows]
            return (max(ended) - min(began)).total_seconds()
        if time.monotonic() > deadline:
            raise SystemExit(f"the engine shows {len(ended)} of {RUNS} runs as ended")
        time.sleep(0.5)


def main() -> None:
    """Measure a few rounds; the first warms up."""
    hatchet = Hatchet(ClientConfig(namespace=f"bench{uuid.uuid4().hex[:8]}"))

    @hatchet.task()
    async def noop(input: EmptyModel, ctx: Context) -> None:
        return None

    own, engine = list[float](), list[float]()
    with hatchet.worker("bench", workflows=[noop]):
        for round_ in range(ROUNDS):
            mark = {"round": uuid.uuid4().hex}
            items = [noop.create_bulk_run_item(additional_metadata=mark) for _ in range(RUNS)]
            began = time.perf_counter()
            noop.run_many(items)
            taken = time.perf_counter() - began
            if round_:
                own.append(taken)
                engine.append(recorded(hatchet, mark))
    print(json.dumps({"run_many": own, "engine": engine}))


if __name__ == "__main__":
    main()
