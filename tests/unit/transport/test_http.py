"""The REST session against a real HTTP server: which failures are tried again, and which error each becomes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle
import socket
import threading
import time
from collections.abc import Callable, Generator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from hatchet import (
    BulkCancelReplayOpts,
    ClientConfig,
    DeadlineExceeded,
    Hatchet,
    HatchetError,
    InputError,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    PermissionDenied,
    RateLimited,
    RunFilter,
    ServerError,
    TenacityConfig,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from hatchet.errors import ApiError
from tests.unit.test_config import token

TENANT = "00000000-0000-4000-8000-000000000001"
WORKER = "00000000-0000-4000-8000-000000000002"
Answer = tuple[int, object, dict[str, str]]


class Server:
    """Gives prepared answers, one after the other; the last one for ever."""

    def __init__(self, port: int = 0) -> None:
        self.answers: list[Answer] = []
        self.asked: list[str] = []
        self.expired: str | None = None
        """A token that it refuses, whatever it was told to answer."""
        self.slow = 0.0
        self.released = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.asked.append(f"{self.command} {self.path.partition('?')[0].rpartition('/')[2]}")
                server.released.wait(server.slow)
                if server.expired is not None and self.headers["Authorization"] == f"Bearer {server.expired}":
                    status, body, headers = fault(403, "Please provide valid credentials")
                else:
                    status, body, headers = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                with contextlib.suppress(ConnectionError):  # a client that no longer waits
                    self.end_headers()
                    self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_DELETE = answer  # the names that the base class calls

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def will(self, *answers: Answer) -> None:
        self.answers, self.asked = [*answers], []

    def close(self) -> None:
        self.released.set()
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server() -> Generator[Server, None, None]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def hatchet(server: Server) -> Hatchet:
    port = server.http.server_address[1]
    config = ClientConfig(
        token=token(),
        server_url=f"http://127.0.0.1:{port}",
        host_port="127.0.0.1:1",
        tenacity=TenacityConfig(max_attempts=3),
    )
    return Hatchet(config)


def fault(status: int, description: str, field: str | None = None, **headers: str) -> Answer:
    error: dict[str, object] = {"description": description} | ({"field": field, "code": 1400} if field else {})
    return status, {"errors": [error]}, headers


WORKER_SHOWN: Answer = (
    200,
    {
        "metadata": {"id": WORKER, "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"},
        "name": "w",
        "type": "SELFHOSTED",
    },
    {},
)


def test_a_refusal_shows_the_servers_field_errors(server: Server, hatchet: Hatchet) -> None:
    server.will(fault(400, "must be one of these", "statuses"))
    with pytest.raises(InvalidRequest, match="statuses: must be one of these") as raised:
        hatchet.workers.list()
    (found,) = raised.value.errors
    assert (found.field, found.description, found.code) == ("statuses", "must be one of these", 1400)
    assert server.asked == ["GET worker"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Unauthenticated),
        (403, PermissionDenied),
        (404, NotFound),
        (501, Unsupported),
    ],
)
def test_answers_that_will_not_change_are_asked_for_once(
    server: Server, hatchet: Hatchet, status: int, kind: type[ApiError]
) -> None:
    server.will(fault(status, "no"))
    with pytest.raises(kind) as raised:
        hatchet.workers.get(WORKER)
    assert raised.value.code == str(status)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_read_is_tried_again_when_the_server_fails(server: Server, hatchet: Hatchet, status: int) -> None:
    server.will(fault(status, "not now"), WORKER_SHOWN)
    assert hatchet.workers.get(WORKER).name == "w"
    assert len(server.asked) == 2


def test_a_change_is_not_tried_again_when_the_server_may_have_made_it(server: Server, hatchet: Hatchet) -> None:
    server.will(fault(500, "broken"), WORKER_SHOWN)
    with pytest.raises(ServerError, match="broken"):
        hatchet.workers.pause(WORKER)
    server.will(fault(503, "gone"), WORKER_SHOWN)
    with pytest.raises(Unavailable, match="gone"):
        hatchet.runs.bulk_cancel(BulkCancelReplayOpts(ids=[WORKER]))
    assert server.asked == ["POST cancel"]


def test_a_call_refused_for_its_rate_waits_as_long_as_the_server_asks(server: Server, hatchet: Hatchet) -> None:
    server.will(fault(429, "too many", **{"Retry-After": "1"}), WORKER_SHOWN)
    started = time.monotonic()
    assert hatchet.workers.pause(WORKER).name == "w"
    assert time.monotonic() - started >= 1
    server.will(fault(429, "too many", **{"Retry-After": "0"}))
    with pytest.raises(RateLimited, match="too many") as raised:
        hatchet.workers.get(WORKER)
    assert raised.value.retry_after == timedelta(0)
    assert len(server.asked) == 3


def test_a_call_shows_the_answers_as_they_came(server: Server, hatchet: Hatchet) -> None:
    server.will(fault(503, "not now"), (200, WORKER_SHOWN[1], {"X-Request-Id": "r 7"}), fault(404, "none", A="b"))
    shown = hatchet.workers.with_raw_response(lambda workers: workers.get(WORKER))
    assert shown.value.name == "w"
    assert (shown.status, shown.request_id, shown.headers["x-REQUEST-id"]) == (200, "r 7", "r 7")
    assert [(each.method, each.status, each.request_id) for each in shown.responses] == [
        ("GET", 503, None),
        ("GET", 200, "r 7"),
    ]
    assert shown.last.url.endswith(f"/api/v1/workers/{WORKER}")
    assert b'"name": "w"' in shown.last.content
    assert "not now" in shown.responses[0].content.decode()
    with pytest.raises(NotFound) as raised:
        hatchet.workers.with_raw_response(lambda workers: workers.get(WORKER))
    copied: NotFound = pickle.loads(pickle.dumps(raised.value))
    for error in (raised.value, copied):
        assert error.response is not None
        assert (error.response.status, error.response.headers["a"]) == (404, "b")
    with pytest.raises(NotFound) as raised:
        hatchet.workers.get(WORKER)
    assert raised.value.response is not None
    assert raised.value.response.request_id is None


async def test_calls_side_by_side_keep_their_answers_apart(server: Server, hatchet: Hatchet) -> None:
    server.will(*((200, WORKER_SHOWN[1], {"X-Request-Id": str(number)}) for number in range(20)))
    shown = await asyncio.gather(
        *(hatchet.workers.aio_with_raw_response(lambda workers: workers.aio_get(WORKER)) for _ in range(20))
    )
    assert [len(each.responses) for each in shown] == [1] * 20
    assert {each.request_id for each in shown} == {str(number) for number in range(20)}


def test_what_asks_nothing_over_rest_has_no_answer(hatchet: Hatchet) -> None:
    shown = hatchet.workers.with_raw_response(lambda workers: 1)
    assert (shown.value, shown.responses) == (1, ())
    with pytest.raises(HatchetError, match="asked nothing over REST"):
        print(shown.status)


def test_a_call_without_an_answer_has_none_to_show(server: Server) -> None:
    config = ClientConfig(token=token(), server_url="http://127.0.0.1:1", host_port="127.0.0.1:1")
    with pytest.raises(Unavailable) as raised:
        Hatchet(config).workers.with_options(timeout=20).pause(WORKER)
    assert raised.value.response is None


def test_a_call_ends_at_its_own_limit_of_time(server: Server, hatchet: Hatchet) -> None:
    server.will(WORKER_SHOWN)
    server.slow = 30
    with pytest.raises(DeadlineExceeded, match=r"worker:update: no answer within 0\.05 s"):
        hatchet.workers.with_options(timeout=0.05).pause(WORKER)
    with pytest.raises(DeadlineExceeded):
        hatchet.workers.with_options(timeout=timedelta(milliseconds=50)).get(WORKER)
    wrong: list[Any] = [0, -1, float("nan"), None, "soon", timedelta(0)]
    for timeout in wrong:
        with pytest.raises(InputError, match="write seconds above 0, or a timedelta"):
            hatchet.workers.with_options(timeout=timeout)


DELETIONS: dict[str, Callable[[Hatchet, float], None]] = {
    "workflow-cron:delete": lambda hatchet, limit: hatchet.cron.with_options(timeout=limit).delete(WORKER),
    "rate-limit:delete": lambda hatchet, limit: hatchet.rate_limits.with_options(timeout=limit).delete("key"),
    "workflow-scheduled:delete": lambda hatchet, limit: hatchet.scheduled.with_options(timeout=limit).delete(WORKER),
    "workflow:delete": lambda hatchet, limit: hatchet.workflows.with_options(timeout=limit).delete(WORKER),
}
"""By their operations; those that look first whether it is there are left out."""


@pytest.mark.parametrize("operation", DELETIONS)
def test_a_deletion_ends_at_its_own_limit_of_time(server: Server, hatchet: Hatchet, operation: str) -> None:
    server.will(fault(503, "not now"))
    server.slow = 30
    with pytest.raises(DeadlineExceeded, match=rf"^{operation}: no answer within 0\.05 s"):
        DELETIONS[operation](hatchet, 0.05)
    assert len(server.asked) <= 1


def test_a_call_may_be_given_more_time_than_the_client_gives_each(server: Server) -> None:
    url = f"http://127.0.0.1:{server.http.server_address[1]}"
    tries = TenacityConfig(max_attempts=2)
    config = ClientConfig(token=token(), server_url=url, host_port="127.0.0.1:1", request_timeout=0.05, tenacity=tries)
    server.will(WORKER_SHOWN)
    server.slow = 0.4
    with pytest.raises(DeadlineExceeded, match=r"worker:get: no answer within 0\.05 s"):
        Hatchet(config).workers.get(WORKER)
    assert Hatchet(config).workers.with_options(timeout=30).get(WORKER).metadata.id == WORKER


def test_the_limit_of_time_holds_for_all_tries_together(server: Server, hatchet: Hatchet) -> None:
    server.will(fault(503, "not now"))
    with pytest.raises((Unavailable, DeadlineExceeded)):
        hatchet.workers.with_options(timeout=0.25).get(WORKER)
    assert len(server.asked) <= 3, "waits of 0.1 s and 0.2 s at least go before the second try and the third"
    server.will(fault(429, "too many", **{"Retry-After": "60"}))
    with pytest.raises(RateLimited, match="too many") as raised:  # at once, as no try could follow in time
        hatchet.workers.with_options(timeout=5).get(WORKER)
    assert raised.value.retry_after == timedelta(seconds=60)


def test_an_answer_that_drips_ends_at_the_limit_of_the_client() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gone = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while not gone.wait(0.02):
                    connection.sendall(b" ")

        thread = threading.Thread(target=drip)
        thread.start()
        config = ClientConfig(
            token=token(),
            server_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
            host_port="127.0.0.1:1",
            request_timeout=1,
            tenacity=TenacityConfig(max_attempts=1),
        )
        with pytest.raises(DeadlineExceeded, match=r"no answer within 1 s"):
            Hatchet(config).workers.get(WORKER)
        gone.set()
        thread.join()


def test_a_server_that_is_not_there_is_named(hatchet: Hatchet, server: Server) -> None:
    server.close()
    with pytest.raises(Unavailable, match=r"cannot be reached at http://127.0.0.1:\d+") as raised:
        hatchet.workers.get(WORKER)
    assert not raised.value.sent


def test_a_read_goes_on_with_a_server_that_comes_back(hatchet: Hatchet, server: Server) -> None:
    port = server.http.server_address[1]
    server.close()
    back: list[Server] = []

    def come_back() -> None:
        back.append(Server(port))
        back[0].will(WORKER_SHOWN)

    timer = threading.Timer(0.1, come_back)
    timer.start()
    try:
        assert hatchet.workers.get(WORKER).name == "w"
    finally:
        timer.join()
        back[0].close()


def test_no_ids_may_be_null(server: Server, hatchet: Hatchet) -> None:
    server.will((200, None, {}))
    assert hatchet.runs.bulk_cancel(BulkCancelReplayOpts(filters=RunFilter())).count == 0


def test_rows_of_a_list_come_until_one_that_no_client_can_read(server: Server, hatchet: Hatchet) -> None:
    moment = "2026-01-01T00:00:00Z"
    shown = {
        "metadata": {"id": WORKER, "createdAt": moment, "updatedAt": moment},
        **dict.fromkeys(("taskExternalId", "tenantId", "workflowId", "workflowRunExternalId"), WORKER),
        "createdAt": moment,
        "taskInsertedAt": moment,
        "displayName": "d",
        "input": {},
        "output": {},
        "numSpawnedChildren": 0,
        "status": "QUEUED",
        "taskId": 1,
        "type": "DAG",
    }
    server.will((200, {"rows": [shown, {**shown, "status": 3}], "pagination": {}}, {}))
    runs = iter(hatchet.runs.iterate())
    assert next(runs).metadata.id == WORKER
    with pytest.raises(ServerError, match=r"(?s)v1-workflow-run:list.*1\.status") as raised:
        next(runs)
    assert raised.value.call == "v1-workflow-run:list"


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("86400", timedelta(days=1)),
        ("99999999999999", timedelta.max),
        ("9" * 400, timedelta.max),
        ("Fri, 31 Dec 9999 23:59:59 GMT", datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)),
    ],
)
def test_a_wait_that_the_call_has_no_time_for_is_raised_at_once(
    server: Server, hatchet: Hatchet, header: str, wait: timedelta | datetime
) -> None:
    server.will(fault(429, "too many", **{"Retry-After": header}))
    with pytest.raises(RateLimited, match="too many") as raised:
        hatchet.workers.list()
    assert raised.value.retry_after is not None
    left = wait if isinstance(wait, timedelta) else wait - datetime.now(timezone.utc)
    assert abs(raised.value.retry_after - left) < timedelta(minutes=5)
    assert len(server.asked) == 1


@pytest.mark.parametrize("header", ["-5", "soon", "nan", "inf", "1e99", "\u00b2", "", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_wait_that_means_nothing_is_no_wait(server: Server, hatchet: Hatchet, header: str) -> None:
    server.will(fault(429, "too many", **{"Retry-After": header}), WORKER_SHOWN)
    assert hatchet.workers.pause(WORKER).name == "w"


def test_a_body_that_is_too_large_is_not_sent_again(server: Server, hatchet: Hatchet) -> None:
    server.will(fault(413, "too large"))
    with pytest.raises(PayloadTooLarge, match="too large") as raised:
        hatchet.workers.get(WORKER)
    assert not raised.value.sent
    assert len(server.asked) == 1


def test_a_deletion_whose_answer_was_lost_has_succeeded_when_nothing_is_found(server: Server, hatchet: Hatchet) -> None:
    server.will(fault(502, "lost on the way"), fault(404, "not found"))
    hatchet.workflows.delete(WORKER)
    assert server.asked == [f"DELETE {WORKER}"] * 2
    server.will(fault(429, "not yet", **{"Retry-After": "0"}), fault(404, "not found"))
    with pytest.raises(NotFound):  # the engine has not acted on the first
        hatchet.workflows.delete(WORKER)
    server.will(fault(404, "not found"))
    with pytest.raises(NotFound):
        hatchet.workflows.delete(WORKER)


def test_a_change_of_many_runs_that_fails_on_the_way_says_what_was_done(server: Server, hatchet: Hatchet) -> None:
    ids = [f"00000000-0000-4000-8000-{number:012}" for number in range(1200)]
    server.will((200, {"ids": ids[:500]}, {}), (200, {"ids": ids[500:999]}, {}), fault(500, "broken"))
    with pytest.raises(ServerError, match="999 of 1200 task runs were cancelled before, and 200 more may") as raised:
        hatchet.runs.bulk_cancel(BulkCancelReplayOpts(ids=ids))
    progress = raised.value.progress
    assert progress is not None
    assert progress.ids == tuple(ids[:999])
    server.will((200, {"ids": ids[:500]}, {}), (200, {"ids": ids[500:600]}, {}))
    changed = hatchet.runs.bulk_cancel(BulkCancelReplayOpts(ids=ids[:600]))
    assert (changed.count, changed.asked, changed.ids) == (600, 600, tuple(ids[:600]))


def test_a_rotated_token_is_taken_up_by_any_number_of_requests(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(token(n=1))
    url = f"http://127.0.0.1:{server.http.server_address[1]}"
    config = ClientConfig(token_file=str(file), server_url=url, host_port="127.0.0.1:1")
    hatchet = Hatchet(config)
    server.will(WORKER_SHOWN)
    server.expired = token(n=1)
    file.write_text(token(n=2))

    async def many() -> list[str]:
        return [each.name for each in await asyncio.gather(*(hatchet.workers.aio_get(WORKER) for _ in range(5)))]

    assert asyncio.run(many()) == ["w"] * 5
    assert 5 < len(server.asked) <= 10, "some were refused, none of them twice"
    assert config.token == token(n=2)
    server.will(fault(403, "of another tenant"))
    with pytest.raises(PermissionDenied, match="of another tenant"):
        hatchet.workers.get(WORKER)
    assert len(server.asked) == 1
