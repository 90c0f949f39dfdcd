"""Fields that many answers have: times as JSON has them, and what a worker runs on."""

from __future__ import annotations

import pytest

from hatchet.engine.rest.fields import moment
from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.rest import models
from tests.engine.peer import Peer
from tests.engine.rest_peer import Rest


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "1970-01-01T00:00:00.000000Z"), (1.5, "1970-01-01T00:00:01.500000Z"), (None, None)],
)
def test_a_time_has_six_digits_of_a_second(seconds: float | None, text: str | None) -> None:
    assert moment(seconds) == text


FULL = {"sdk_version": "1.2.3", "language_version": "3.11.7", "os": "linux", "extra": "more"}


@pytest.mark.parametrize("left_out", [None, *FULL])
async def test_what_a_worker_runs_on_is_shown(peer: Peer, rest: Rest, left_out: str | None) -> None:
    given = {name: value for name, value in FULL.items() if name != left_out}
    info = dispatcher_pb2.RuntimeInfo(language=dispatcher_pb2.PYTHON, **given)
    request = dispatcher_pb2.WorkerRegisterRequest(worker_name="w", runtime_info=info)
    answer = await peer.dispatcher.register(request, metadata=peer.metadata)
    shown = (await rest.get(models.Worker, f"/api/v1/workers/{answer.worker_id}")).runtime_info
    assert shown is not None
    found = (shown.sdk_version, shown.language_version, shown.os, shown.runtime_extra)
    assert found == tuple("" if name == left_out else value for name, value in FULL.items())
    assert shown.language == models.WorkerRuntimeSDKs.PYTHON


@pytest.mark.parametrize(
    ("language", "shown"),
    [("PYTHON", "PYTHON"), ("TYPESCRIPT", "TYPESCRIPT"), ("GO", "GOLANG"), ("UNKNOWN", None), (None, None)],
)
async def test_the_language_of_a_worker_is_shown_where_it_is_known(
    peer: Peer, rest: Rest, language: str | None, shown: str | None
) -> None:
    info = dispatcher_pb2.RuntimeInfo(os="linux")
    if language is not None:
        info.language = dispatcher_pb2.SDKS.Value(language)
    request = dispatcher_pb2.WorkerRegisterRequest(worker_name="w", runtime_info=info)
    answer = await peer.dispatcher.register(request, metadata=peer.metadata)
    found = await rest.json(f"/api/v1/workers/{answer.worker_id}")
    assert isinstance(found, dict)
    wanted = {"sdkVersion": "", "languageVersion": "", "os": "linux", "runtimeExtra": ""}
    assert found["runtimeInfo"] == (wanted if shown is None else {**wanted, "language": shown})
