"""Each view to the letter, of set answers of an engine; and what it asks for to show it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from hatchet.page.actions import ACTIONS
from hatchet.page.app import VIEWS as VIEWS_OF
from hatchet.page.app import Page
from hatchet.page.parts import Ask
from hatchet.page.session import Sessions
from tests.canned import CannedEngine, id_of, listed
from tests.page.answers import (
    ALONE,
    BARE,
    COUNTS,
    CRONS,
    DOING,
    ENDED,
    EVENTS,
    FORM,
    HOOK,
    LIMITS,
    LIST,
    NONE,
    NUMBERS,
    OF_IT,
    ONE,
    OPEN,
    QUEUED,
    RUNNING,
    RUNS,
    SCHEDULES,
    SECOND,
    SOME_CRONS,
    SOME_EVENTS,
    SOME_LIMITS,
    SOME_SCHEDULES,
    SOME_WORKERS,
    SOME_WORKFLOWS,
    WEBHOOKS,
    WORKERS,
    WORKFLOWS,
    Answers,
    of_tasks,
)  # fmt: skip

GOLDEN = Path(__file__).parent / "golden"
ACTED = Path(__file__).parent / "actions.txt"
RENEW = "python -m tests.page.test_golden"
ORDER, DAG = f"/workflows/{id_of(100)}", f"/runs/{id_of(1)}"
STRANGER: Answers = {}
"""What those see who were not let in."""

VIEWS: dict[str, tuple[str, Answers]] = {
    "runs": ("/runs", LIST),
    "runs-filtered": (
        f"/runs?status=FAILED&workflow={id_of(100)}&past=7d&before=2020-02-01T10:30&metadata=team:tea&event={id_of(9)}"
        f"&parent={id_of(8)}&page=2&done=cancelled",
        LIST,
    ),
    "runs-last-page": ("/runs?past=15m&page=3", LIST),
    "runs-named": ("/runs?name=hip&past=all", {**LIST, RUNS: listed()}),
    "runs-wrong": ("/runs?metadata=tea&past=1h", LIST),
    "run": (DAG, OF_IT),
    "run-task": (f"{DAG}?task={id_of(11)}", OF_IT),
    "run-open": (f"/runs/{id_of(2)}", OPEN),
    "run-alone": (f"/runs/{id_of(4)}", ALONE),
    "run-without-tasks": (f"/runs/{id_of(4)}", of_tasks(names="")),
    "run-runs": (f"/runs/{id_of(4)}", of_tasks(QUEUED, RUNNING, ENDED, SECOND, status="RUNNING")),
    "run-ends": (f"/runs/{id_of(4)}?task=nobody", of_tasks(QUEUED, SECOND, ENDED)),
    "run-begins": (f"/runs/{id_of(4)}", of_tasks(QUEUED, {**QUEUED, "taskId": 8, "taskExternalId": id_of(12)})),
    "workflows": ("/workflows", {WORKFLOWS: SOME_WORKFLOWS}),
    "workflow": (ORDER, FORM),
    "workflow-from": (f"{ORDER}?from={id_of(1)}", FORM),
    "workflow-from-elsewhere": (f"{ORDER}?from={id_of(3)}", FORM),
    "workflow-json": (f"{ORDER}?from={id_of(1)}&as=json", FORM),
    "workflow-without-schema": (ORDER, BARE),
    "workers": ("/workers", {WORKERS: SOME_WORKERS}),
    "events": ("/events", {EVENTS: SOME_EVENTS}),
    "crons": ("/crons", {CRONS: SOME_CRONS, WORKFLOWS: SOME_WORKFLOWS}),
    "schedules": ("/schedules", {SCHEDULES: SOME_SCHEDULES, WORKFLOWS: SOME_WORKFLOWS}),
    "rate-limits": ("/rate-limits", {LIMITS: SOME_LIMITS}),
    "webhooks": ("/webhooks", {WEBHOOKS: listed(HOOK)}),
    "no-runs": ("/runs?page=x", {**NONE, COUNTS: NUMBERS}),
    **{f"no-{name}": (f"/{name}", NONE)
       for name in ("workflows", "workers", "events", "crons", "schedules", "rate-limits", "webhooks")},
    "entrance": ("/workers", STRANGER),
    "entrance-refused": ("/enter?code=used", STRANGER),
    "error-404": (DAG, {}),
    **{f"error-{status}": (DAG, {ONE: (status, {"errors": [{"description": f"it is {status}"}]})})
       for status in (400, 401, 403, 409, 501)},
    "runs-of-an-unknown-time": ("/runs?past=ages", {**NONE, COUNTS: NUMBERS}),
}  # fmt: skip


@asynccontextmanager
async def visited(engine: CannedEngine) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that the page of an engine has let in."""
    with engine.client() as hatchet:
        sessions = Sessions("a token")
        app = Page(hatchet, sessions, "an engine").app
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8733", follow_redirects=False
        ) as http:
            await http.get("/enter", params={"code": sessions.new_code()})
            yield http


def told(path: str, answer: httpx.Response) -> str:
    """What is to be seen, an element a line; the frame around it only once."""
    html = re.sub(r'(name="proof" value=)"[^"]+"', r'\1"PROOF"', answer.text)
    html = re.sub(r"\b\d{4} d \d+ h\b", "AGES", html)  # what has not ended since it began
    if path != "/runs":
        title, body = re.search(r"<title>.*</title>", html), re.search(r"<body.*?>", html)
        main = re.search(r"<main.*</main>", html, re.DOTALL)
        assert title is not None
        assert body is not None
        assert main is not None
        html = f"{title[0]}{body[0]}{main[0]}"
    lines = html.replace("><", ">\n<")
    return f"{answer.status_code} {path}\n{lines}\n"


async def seen(path: str, answers: Answers) -> str:
    """What an engine is asked for, and what is to be seen then."""
    engine = CannedEngine(answers)
    async with visited(engine) as http:
        if answers is STRANGER:
            http.cookies.clear()
        view = told(path, await http.get(path))
    return "".join(f"{each}\n" for each in sorted(engine.asked)) + view


RUN, TASK, WORKER = f"/runs/{id_of(1)}", f"/tasks/{id_of(12)}", f"/workers/{id_of(61)}"
CRON, SCHEDULE = f"/crons/{id_of(81)}", f"/schedules/{id_of(83)}"
SENT: list[tuple[str, dict[str, str]]] = [
    (f"{RUN}/cancel", {}),
    (f"{RUN}/replay", {}),
    (f"{TASK}/cancel", {}),
    (f"{TASK}/replay", {}),
    (f"{TASK}/restore", {}),
    (f"{TASK}/branch", {"node": "3", "branch": "2"}),
    (f"{TASK}/branch", {"node": "3", "branch": "²"}),
    (f"{TASK}/branch", {"node": "-3", "branch": "2"}),
    (f"{ORDER}/pause", {}),
    (f"{ORDER}/resume", {}),
    (f"{ORDER}/delete", {}),
    (f"{ORDER}/start", {"input/customer": "Ada", "input/amount": "3", "priority": "2", "metadata": " a:b \n\nc:d:e"}),
    (f"{ORDER}/start", {"input/customer": "Ada", "input/amount": "x", "priority": "1", "metadata": "a:b"}),
    (f"{ORDER}/start", {"input/customer": "Ada", "priority": "4", "metadata": "ab"}),
    (f"{ORDER}/start", {"json": '{"n": 1}', "priority": "4"}),
    (f"{ORDER}/start", {"json": "{"}),
    (f"{ORDER}/start", {"do": "add input/none"}),
    (f"{WORKER}/pause", {}),
    (f"{WORKER}/resume", {}),
    ("/events/push", {"key": "made", "payload": '{"n": 1}', "scope": "s"}),
    ("/events/push", {"key": "made", "payload": "", "scope": ""}),
    ("/events/push", {"key": "made", "payload": "{"}),
    ("/events/push", {"key": "made", "payload": "[]"}),
    ("/crons/create", {"workflow": "order", "name": "n", "expression": "0 8 * * *", "input": '{"n": 1}'}),
    ("/crons/create", {"workflow": "order", "name": "n", "expression": "0 8 * * *", "input": "[]"}),
    (f"{CRON}/trigger", {}),
    (f"{CRON}/enable", {}),
    (f"{CRON}/disable", {}),
    (f"{CRON}/delete", {}),
    ("/schedules/create", {"workflow": "order", "at": "2090-01-01T10:30", "input": '{"n": 1}'}),
    ("/schedules/create", {"workflow": "order", "at": "2090-01-01T10:30+02:00", "input": "5"}),
    ("/schedules/create", {"workflow": "order", "at": "soon", "input": "{}"}),
    (f"{SCHEDULE}/trigger", {}),
    (f"{SCHEDULE}/delete", {}),
    ("/rate-limits/set", {"key": "k", "limit": "7", "per": "HOUR"}),
    ("/rate-limits/set", {"key": "k", "limit": "7", "per": "hour"}),
    ("/rate-limits/set", {"key": "k", "limit": "", "per": "HOUR"}),
    ("/rate-limits/delete", {"key": "k"}),
    ("/webhooks/delete", {"webhook": "hook"}),
]  # fmt: skip


async def done(path: str, form: dict[str, str], answers: Answers) -> str:
    """What an engine is asked to do when a form is sent, and where that leads."""
    engine = CannedEngine(answers)
    async with visited(engine) as http:
        proof = re.search(r'name="proof" value="([^"]+)"', (await http.get("/events")).text)
        assert proof is not None
        engine.asked.clear()
        origin = str(http.base_url).rstrip("/")
        answer = await http.post(path, data={"proof": proof[1], **form}, headers={"origin": origin})
    told = [f"POST {path} {json.dumps(form)}", *(f"  {each}" for each in engine.asked)]
    notices = re.findall(r'class="(?:notice bad|fault)"[^>]*>([^<]*)<', answer.text)
    return "\n".join([*told, f"{answer.status_code} {answer.headers.get('location', notices)}"]) + "\n"


async def all_done() -> str:
    """The same of all actions."""
    return "\n".join([await done(path, form, DOING) for path, form in SENT])


async def test_what_an_action_asks_for_is_as_it_was_recorded() -> None:
    assert await all_done() == ACTED.read_text(encoding="utf-8"), f"if this is meant: {RENEW}"


def test_every_action_is_recorded() -> None:
    sent = {re.sub(r"[0-9a-f-]{36}", "", path) for path, _ in SENT}
    assert sent == {re.sub(r"\{.*?\}", "", path) for path in ACTIONS}


LEADS = {
    "/": "/runs",
    "/enter": "/runs",
    "/find?q=team:tea": "/runs?metadata=team%3Atea&past=all",
    "/find?q= rde ": "/runs?name=rde&past=all",
    f"/find?q={id_of(1).replace('-', '').upper()}": RUN,
    f"/find?q={id_of(12)}": f"{RUN}?task={id_of(12)}",
    TASK: f"{RUN}?task={id_of(12)}",
}


@pytest.mark.parametrize(("path", "place"), LEADS.items())
async def test_an_address_leads_on(path: str, place: str) -> None:
    async with visited(CannedEngine(DOING)) as http:
        answer = await http.get(path)
    assert (answer.status_code, answer.headers.get("location")) == (303, place)


CHANGES: dict[str, tuple[str, float | None, str | None, list[str]]] = {
    "runs": ("Runs", 1.0, None, ["counts", "list"]),
    "runs-last-page": ("Runs", None, None, ["counts", "list"]),
    "runs-wrong": ("Runs", None, None, ["list"]),
    "run": ("Runs", 2.0, None, ["head", "picture", "attempts", "task", "log", "payloads"]),
    "run-open": ("Runs", 0.5, id_of(2), ["head", "attempts", "task", "log", "payloads"]),
    "run-without-tasks": ("Runs", 2.0, None, ["head", "attempts", "log", "payloads"]),
    "workflows": ("Workflows", 2.0, None, ["list"]),
    "workflow": ("Workflows", 1.0, None, ["head", "recent"]),
    "workers": ("Workers", 1.0, None, ["list"]),
    "events": ("Events", 1.0, None, ["list"]),
    "crons": ("Crons", 2.0, None, ["list"]),
    "schedules": ("Schedules", 2.0, None, ["list"]),
    "rate-limits": ("Rate limits", 1.0, None, ["list"]),
    "webhooks": ("Webhooks", 2.0, None, ["list"]),
}
"""Of views: the tab, the seconds between two looks, the run whose chunks are shown, and the parts that change."""


@pytest.mark.parametrize("name", CHANGES)
async def test_how_often_a_view_is_looked_at_and_what_changes_in_it(name: str) -> None:
    path, answers = VIEWS[name]
    place, _, query = path.partition("?")
    look = VIEWS_OF[re.sub(r"/(run|workflow)s/[0-9a-f-]{36}", r"/\1s/{\1:uuid}", place)]
    request = Request(
        {"type": "http", "method": "GET", "path": place, "query_string": query.encode(), "headers": [],
         "path_params": dict.fromkeys(("run", "workflow"), place.rpartition("/")[2])}
    )  # fmt: skip
    with CannedEngine(answers).client() as hatchet:
        view = await look(Ask(hatchet, request, "proof"))
    assert (view.tab, view.every, view.run_id, [part.name for part in view.parts if part.is_live]) == CHANGES[name]


@pytest.mark.parametrize("name", VIEWS)
async def test_a_view_is_as_it_was_recorded(name: str) -> None:
    recorded = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert await seen(*VIEWS[name]) == recorded, f"if this is meant: {RENEW}"


def test_nothing_else_is_recorded() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {*VIEWS}


if __name__ == "__main__":
    for name, (path, answers) in VIEWS.items():
        (GOLDEN / f"{name}.txt").write_text(asyncio.run(seen(path, answers)), encoding="utf-8")
    ACTED.write_text(asyncio.run(all_done()), encoding="utf-8")
