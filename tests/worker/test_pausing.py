"""A worker is taken out of scheduling by its client, and put back, where that changes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hatchet import Context, EmptyModel, Hatchet, NotFound
from hatchet.features.rest import Rest

NOBODY = "00000000-0000-0000-0000-00000000000a"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that are sent, in their order."""
    names: list[str] = []
    send = Rest.send

    async def noted(rest: Rest, operation: Any, *args: Any, **named: Any) -> Any:
        names.append(operation.name)
        return await send(rest, operation, *args, **named)

    monkeypatch.setattr(Rest, "send", noted)
    return names


def test_a_worker_is_paused_and_put_back_once_and_it_is_told_whether_that_changed_anything(
    client: Callable[..., Hatchet], asked: list[str]
) -> None:
    hatchet = client()

    @hatchet.task()
    def quick(input: EmptyModel, ctx: Context) -> None: ...

    with hatchet.worker("w", workflows=[quick]) as worker, hatchet.worker("other", workflows=[quick]) as other:
        one, another = str(worker.id), str(other.id)
        for paused, is_new in ((False, False), (True, True), (True, False), (False, True), (False, False)):
            asked.clear()
            assert hatchet.io.block(hatchet._set_paused(one, paused)) is is_new
            assert asked == ["worker:get", *(["worker:update"] if is_new else [])]
            states = [hatchet.workers.get(each).status for each in (one, another)]
            assert [state and state.value for state in states] == ["PAUSED" if paused else "ACTIVE", "ACTIVE"]


@pytest.mark.parametrize("paused", [True, False])
def test_a_worker_that_is_not_there_is_not_paused(
    client: Callable[..., Hatchet], asked: list[str], paused: bool
) -> None:
    hatchet = client()
    with pytest.raises(NotFound):
        hatchet.io.block(hatchet._set_paused(NOBODY, paused))
    assert asked == ["worker:get"]
