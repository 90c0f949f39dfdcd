"""The embedded engine's REST side, asked everything that the specification allows, and a little that it does not.

An operation that the engine refuses by name (501) is left out by that answer. Seeds are fixed, so a fault that is found
is found again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import hypothesis
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from hatchet import Context, EmptyModel, Hatchet
from hatchet_api.rest import models
from tests import specification
from tests.reach import served

CASES: Final = int(os.environ.get("FUZZ_CASES", "8"))
"""Of each operation. `make soak` does 200."""
CLIENT: Final = Path(__file__).parents[2] / "generated" / "hatchet_api" / "rest" / "api"
CALL: Final = re.compile(r'method="(?P<method>\w+)",\s+path=f?"(?P<path>[^"]+)"')
SEGMENT: Final = re.compile(r"\{runtime\.segment\('(?P<name>\w+)', \w+\)\}")


def labels() -> list[str]:
    """Every operation as schemathesis calls it. By the generated code: to collect tests, no spec is read."""
    found = [CALL.search(file.read_text()) for file in sorted(CLIENT.rglob("*.py"))]
    return [f"{call['method']} {SEGMENT.sub(_name, call['path'])}" for call in found if call]


def _name(segment: re.Match[str]) -> str:
    return "{" + segment["name"].replace("_", "-") + "}"


@pytest.fixture(scope="module")
def operations() -> dict[str, Any]:  # Any: schemathesis' operations have types of the specification
    """What the specification allows, by label."""
    import schemathesis  # a second, which a process that asks nothing is spared
    from schemathesis.core.result import Ok

    found = [*schemathesis.openapi.from_dict(specification.document()).get_all_operations()]
    return {each.ok().label: each.ok() for each in found if isinstance(each, Ok)}


@pytest.fixture(scope="module")
def checks() -> tuple[Any, ...]:  # Any: schemathesis' own types
    """What an answer must fulfil."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

    return (not_a_server_error, content_type_conformance, response_schema_conformance)


class Seeds:
    """An engine that has one of everything."""

    def __init__(self, hatchet: Hatchet) -> None:
        self.url = hatchet.config.server_url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {hatchet.config.token}"
        # Some operations take no more than ten requests a second.
        waits = Retry(total=9, status_forcelist=[429], allowed_methods=None, backoff_factor=0.05, raise_on_status=False)
        self.session.mount("http://", HTTPAdapter(max_retries=waits))

        @hatchet.task(name="seed", on_events=["seeded"])
        async def seed(input: EmptyModel, ctx: Context) -> dict[str, int]:
            await ctx.aio_log("a line", raise_on_error=True)
            return {"n": 1}

        with hatchet.worker("seeds", workflows=[seed], labels={"a": "b"}) as worker:
            ref = seed.run_no_wait(additional_metadata={"k": "v"})
            ref.result()
            event = hatchet.event.push("seeded", {"n": 1}, scope="s")
            cron = hatchet.cron.create("seed", "cron", "0 3 1 1 *", {"n": 1}, {"k": "v"})
            at = datetime.now(timezone.utc) + timedelta(days=300)
            scheduled = hatchet.scheduled.create("seed", at, {"n": 1}, {"k": "v"})
            made = hatchet.filters.create(seed.id, "input.n == 1", "s")
            auth = models.V1WebhookBasicAuth(username="u", password="p")
            hatchet.webhooks.create("GENERIC", "hook", "'k'", auth)
            hatchet.rate_limits.put("limit", 3)
            self.parts = {
                "task": ref.workflow_run_id,
                "v1-workflow-run": ref.workflow_run_id,
                "workflow": seed.id,
                "worker": worker.id,
                "v1-event": event.event_id,
                "event": event.event_id,
                "event-with-tenant": event.event_id,
                "cron-workflow": cron.metadata.id,
                "scheduled-workflow-run": scheduled.metadata.id,
                "v1-filter": made.metadata.id,
                "v1-webhook": "hook",
            }
        self.tenant = hatchet.tenant_id
        self.fields = {
            "workflowName": "seed",
            "workflowId": seed.id,
            "eventKeyExpression": "'k'",
            "scopeExpression": "'s'",
            "cronExpression": "0 3 1 1 *",
        }

    def make_real(self, case: Any, number: int) -> None:  # Any: schemathesis' cases have the operation's own types
        """Name what exists, in four of five requests; otherwise most would find nothing."""
        parts, query, body = {**(case.path_parameters or {})}, {**(case.query or {})}, case.body
        for given in (parts, query):
            if "tenant" in given:
                given["tenant"] = self.tenant
        if number % 5:
            creates = case.operation.path.endswith(("{workflow}/crons", "{workflow}/scheduled"))
            known = {**self.parts, "workflow": "seed" if creates else self.parts["workflow"]}
            parts |= {name: known[name] for name in parts if name in known}
            if isinstance(body, dict):
                case.body = body | {name: value for name, value in self.fields.items() if name in body}
        case.path_parameters, case.query = parts, query


@contextmanager
def seeded() -> Generator[Seeds, None, None]:
    """An engine of its own: what an operation deletes or pauses is there for the others."""
    with served() as hatchet:
        seeds = Seeds(hatchet)
        yield seeds
        seeds.session.close()


@pytest.fixture(scope="module")
def scout() -> Generator[Seeds, None, None]:
    """An engine for what only reads; it says what it does not serve, before another is made for that."""
    with seeded() as seeds:
        yield seeds


def play(operation: Any, cases: int, ask: Callable[[Any], object]) -> None:  # Any: schemathesis' own types
    """Ask with so many requests, the same in every run."""

    @hypothesis.seed(1)
    @hypothesis.settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=[*hypothesis.HealthCheck],
    )
    @hypothesis.given(case=operation.as_strategy())
    def each(case: Any) -> None:
        ask(case)

    each()


def test_every_operation_is_asked(operations: dict[str, Any]) -> None:
    assert sorted(operations) == sorted(labels())


@pytest.mark.timeout(90)
@pytest.mark.parametrize("label", labels())
def test_no_request_breaks_the_engine_or_gets_an_answer_that_is_not_in_the_specification(
    label: str, operations: dict[str, Any], checks: tuple[Any, ...], scout: Seeds
) -> None:
    operation, asked = operations[label], 0

    def call(case: Any, seeds: Seeds) -> Any:  # Any: schemathesis' cases have the operation's own types
        seeds.make_real(case, asked)
        answer = case.call(base_url=seeds.url, session=seeds.session, timeout=20)
        if answer.status_code == 501:
            pytest.skip("the engine says that it does not serve it")
        return answer

    play(operation, 1, lambda case: call(case, scout))
    with nullcontext(scout) if label.startswith("GET ") else seeded() as seeds:

        def ask(case: Any) -> None:  # Any: as above
            nonlocal asked
            case.validate_response(call(case, seeds), checks=checks)
            asked += 1

        play(operation, CASES, ask)
    has_parameters = operation.path_parameters or operation.query or operation.body
    assert asked >= (CASES if has_parameters else 1)
