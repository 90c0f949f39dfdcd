"""Kinds of options are checked at run time too, for programs without a type checker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from hatchet import (
    BulkCancelReplayOpts,
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    DefaultFilter,
    DefinitionError,
    DesiredWorkerLabel,
    DurableContext,
    EmptyModel,
    Hatchet,
    InputError,
    RateLimit,
    RunFilter,
    SleepCondition,
    TaskDefaults,
    TTLBasedIdempotencyConfig,
    UserEventCondition,
)
from tests.unit.offline import offline

ID = "8d3f2c1e-0000-4000-8000-000000000000"


@pytest.fixture
def hatchet() -> Hatchet:
    return offline()


class Needed(BaseModel):
    n: int


class Optional(BaseModel):
    n: int = 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"retries": "3"}, "retries=3"),
        ({"retries": 1.5}, "a whole number"),
        ({"retries": True}, "a whole number"),
        ({"backoff_factor": "2"}, "backoff_factor"),
        ({"backoff_max_seconds": "x"}, "backoff_max_seconds"),
        ({"slot_cost": "1"}, "slot_cost=1"),
        ({"execution_timeout": 30}, r"timedelta\(seconds=30\)"),
        ({"schedule_timeout": 0.5}, r"timedelta\(seconds=0.5\)"),
        ({"execution_timeout": "0s"}, "above 0"),
        ({"execution_timeout": "0.0ms"}, "above 0"),
        ({"execution_timeout": timedelta(microseconds=400)}, "above 0"),
        ({"execution_timeout": "\u0663s"}, "write a timedelta"),
    ],
)
def test_an_option_of_a_wrong_kind_says_what_to_write(hatchet: Hatchet, options: dict[str, Any], words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        hatchet.task(**options)


@pytest.mark.parametrize("taken", [str, int, Needed, list[int]])
def test_a_cron_of_a_task_that_needs_an_input_is_refused(hatchet: Hatchet, taken: Any) -> None:
    def function(input: Any, ctx: Context) -> None: ...

    function.__annotations__["input"] = taken
    with pytest.raises(DefinitionError, match="on_crons"):
        hatchet.task(on_crons=["0 8 * * *"])(function)


@pytest.mark.parametrize("taken", [EmptyModel, Optional, dict[str, int], Any, None])
def test_a_cron_of_a_task_that_needs_none_is_declared(hatchet: Hatchet, taken: Any) -> None:
    def function(input: Any, ctx: Context) -> None: ...

    function.__annotations__["input"] = taken
    assert hatchet.task(on_crons=["0 8 * * *"])(function).name == "function"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"retires": 3}, "did you mean retries"),
        ({"executon_timeout": "3s"}, "did you mean execution_timeout"),
        ({"on_event": ["a"]}, "did you mean on_events"),
        ({"zzz": 1}, "there are"),
    ],
)
def test_an_unknown_option_names_the_one_that_was_meant(hatchet: Hatchet, options: dict[str, Any], words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        hatchet.task(**options)
    with pytest.raises(DefinitionError, match="did you mean retries"):
        hatchet.workflow("w").task(retires=3)  # type: ignore[call-arg]  # the mistake that this is about


def limit(**given: Any) -> ConcurrencyExpression:
    usual: dict[str, Any] = {
        "expression": "input.a",
        "max_runs": 1,
        "limit_strategy": ConcurrencyLimitStrategy.CANCEL_NEWEST,
    }
    return ConcurrencyExpression(**(usual | given))


WRONG: list[tuple[Any, str]] = [
    (lambda h: limit(limit_strategy="GROUP_ROUND_ROBIN"), "write ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN"),
    (lambda h: limit(limit_strategy="cancel_newest"), "write ConcurrencyLimitStrategy.CANCEL_NEWEST"),
    (lambda h: limit(limit_strategy="WAIT"), "one of ConcurrencyLimitStrategy.CANCEL_IN_PROGRESS, "),
    (lambda h: limit(max_runs=1.5), "max_runs of a concurrency limit is 1.5; write a whole number or a text"),
    (lambda h: limit(expression=5), "expression of a concurrency limit is 5; write a text"),
    (lambda h: limit(is_tenant_scoped="yes"), "write True or False"),
    (lambda h: RateLimit(static_key="a", duration="MINUTE"), "write RateLimitDuration.MINUTE"),  # type: ignore[arg-type]
    (lambda h: RateLimit(static_key="a", units=1.5), "units of a rate limit is 1.5"),  # type: ignore[arg-type]
    (lambda h: RateLimit(static_key=1), "static_key of a rate limit is 1; write a text"),  # type: ignore[arg-type]
    (lambda h: DesiredWorkerLabel(value=[1]), "value of a desired worker label"),  # type: ignore[arg-type]
    (lambda h: DesiredWorkerLabel(value=1, required=1), "write True or False"),  # type: ignore[arg-type]
    (lambda h: DefaultFilter(expression="true", scope=1), "scope of a default filter is 1"),  # type: ignore[arg-type]
    (lambda h: DefaultFilter(expression="true", scope="a", payload=[1]), "payload of a default"),  # type: ignore[arg-type]
    (lambda h: TTLBasedIdempotencyConfig(key_expression="input.a", ttl=60), r"write timedelta\(seconds=60\)"),  # type: ignore[arg-type]
    (lambda h: SleepCondition(30), r"write timedelta\(seconds=30\)"),  # type: ignore[arg-type]
    (lambda h: UserEventCondition(5), "event_key of a condition on an event is 5"),  # type: ignore[arg-type]
    (lambda h: h.task(concurrency="3"), "concurrency=3"),
    (lambda h: h.task(concurrency=1.5), "concurrency is 1.5; write a whole number or ConcurrencyExpression"),
    (lambda h: h.task(concurrency=[3]), "concurrency is"),
    (lambda h: h.task(rate_limits=RateLimit(static_key="a")), r"a list: rate_limits=\[RateLimit"),
    (lambda h: h.task(rate_limits=["a"]), r"a list of RateLimit\(…\)"),
    (lambda h: h.task(desired_worker_labels={"gpu": 1}), r"a dict with DesiredWorkerLabel\(…\) by a text"),
    (lambda h: h.task(on_events=[1]), "on_events is .1.; write a list of a text"),
    (lambda h: h.task(on_events="a"), r"a list: on_events=\['a'\]"),
    (lambda h: h.task(on_crons="0 8 * * *"), r"a list: on_crons=\['0 8"),
    (lambda h: h.task(sticky="soft"), "write StickyStrategy.SOFT"),
    (lambda h: h.task(default_priority="2"), "default_priority=2"),
    (lambda h: h.task(default_filters=DefaultFilter(expression="true", scope="a")), "a list: default_filters"),
    (lambda h: h.task(default_additional_metadata=["a"]), "default_additional_metadata"),
    (lambda h: h.task(idempotency="input.a"), r"TTLBasedIdempotencyConfig\(…\) or StatusBased"),
    (lambda h: h.task(version=1), "version is 1; write a text"),
    (lambda h: h.task(name=5), "write a text"),
    (lambda h: h.batch_task(batch_max_size="3"), "batch_max_size=3"),
    (lambda h: h.batch_task(batch_max_size=3, batch_max_interval=1), r"timedelta\(seconds=1\)"),
    (lambda h: h.workflow("w", task_defaults={"retries": 1}), r"workflow 'w': task_defaults .* TaskDefaults\(…\)"),
    (lambda h: TaskDefaults(retries="1"), "retries=1"),  # type: ignore[arg-type]
    (lambda h: h.worker("w", slots="3"), "slots of worker 'w' is '3'; write a whole number: slots=3"),
    (lambda h: h.worker("w", durable_slots=1.5), "durable_slots of worker 'w'"),
    (lambda h: h.worker("w", labels=["a"]), "labels of worker 'w'"),
    (lambda h: h.worker("w", drain_timeout="1s"), "drain_timeout of worker 'w'"),
    (lambda h: h.worker("w", drain_timeout=float("nan")), "drain_timeout of worker 'w'"),
    (lambda h: h.worker(3), "name of worker 3"),
    (lambda h: declared(h).run(priority="1"), "priority=1"),
    (lambda h: declared(h).run(prioritty=1), "did you mean priority"),
    (lambda h: declared(h).run(additional_metadata="a"), "additional_metadata"),
    (lambda h: declared(h).run(child_key=5), "child_key is 5"),
    (lambda h: h.workflow("w").task(parents=declared(h))(take), r"write a list: parents=\[…\]"),
]


def take(input: EmptyModel, ctx: Context) -> None: ...


def declared(hatchet: Hatchet) -> Any:
    return hatchet.task(name="declared")(take)


@pytest.mark.parametrize(("make", "words"), WRONG)
def test_a_value_of_a_wrong_kind_is_answered_with_what_to_write(hatchet: Hatchet, make: Any, words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        make(hatchet)


def test_an_error_of_an_option_names_the_task_that_is_declared(hatchet: Hatchet) -> None:
    given: Any = {"retires": 3}
    with pytest.raises(DefinitionError, match=r"^task 'charge': there is no option retires=3; did you mean retries\?$"):
        hatchet.task(name="charge", **given)
    with pytest.raises(DefinitionError, match=r"^task 'below': there is no option"):

        @hatchet.task(**given)  # type: ignore[untyped-decorator]  # the overloads take no Any
        async def below(input: EmptyModel, ctx: Context) -> None: ...

    with pytest.raises(DefinitionError, match=r"^task 'deeper': retries is -1"):

        @hatchet.workflow("w").durable_task(
            retries=-1,
            execution_timeout="1s",
        )
        async def deeper(input: EmptyModel, ctx: DurableContext) -> None: ...

    with pytest.raises(DefinitionError, match=r"^there is no option"):
        hatchet.task(**given)
    with pytest.raises(DefinitionError, match=r"^workflow 'w': there is no option on_event="):
        hatchet.workflow("w", on_event=["a"])  # type: ignore[call-arg]  # the mistake that this is about


UTC = timezone.utc
EDGES = [
    datetime.max.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=timezone(-timedelta(hours=23))),
    datetime.min.replace(tzinfo=timezone(timedelta(hours=23))),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=23))),
    datetime.min.replace(tzinfo=ZoneInfo("Pacific/Kiritimati")),
]
TAKES_A_TIME: list[Callable[[Hatchet, datetime], object]] = [
    lambda h, at: declared(h).schedule(at),
    lambda h, at: h.scheduled.create("w", trigger_at=at, input={}, additional_metadata={}),
    lambda h, at: h.scheduled.update(ID, at),
    lambda h, at: h.scheduled.bulk_update([(ID, at)]),
    lambda h, at: h.runs.list(since=at),
    lambda h, at: h.runs.list(until=at),
    lambda h, at: list(h.runs.iterate(since=at)),
    lambda h, at: h.event.list(since=at),
    lambda h, at: h.event.list(until=at),
    lambda h, at: h.logs.list(ID, since=at),
    lambda h, at: h.logs.list(ID, until=at),
    lambda h, at: h.logs.get_point_metrics(since=at),
    lambda h, at: h.metrics.get_task_metrics(since=at),
    lambda h, at: h.rate_limits.pause("key", at),
    lambda h, at: h.cron.next_times("0 8 * * *", after=at),
    lambda h, at: BulkCancelReplayOpts(filters=RunFilter(since=at)),
]


@pytest.mark.parametrize("moment", EDGES)
@pytest.mark.parametrize("call", TAKES_A_TIME)
def test_a_time_at_the_edge_of_the_calendar_is_an_input_error(
    hatchet: Hatchet, call: Callable[[Hatchet, datetime], object], moment: datetime
) -> None:
    with pytest.raises(InputError, match="at the edge of the calendar"):
        call(hatchet, moment)


@pytest.mark.parametrize("moment", EDGES)
def test_a_declared_time_at_the_edge_of_the_calendar_is_refused(moment: datetime) -> None:
    with pytest.raises(DefinitionError, match=r"consider_events_since of the event 'a' is .* edge of the calendar"):
        UserEventCondition("a", consider_events_since=moment)


HUGE = [timedelta.max, timedelta(days=365 * 300), "99999999999999h", f"{'9' * 400}ms", "2562048h"]


@pytest.mark.parametrize("length", HUGE)
def test_a_length_of_time_that_the_engine_has_no_room_for_is_refused(hatchet: Hatchet, length: Any) -> None:
    for option in ("execution_timeout", "schedule_timeout"):
        with pytest.raises(DefinitionError, match=f"{option} is .*; write 292 years at most"):
            hatchet.task(name="t", **{option: length})
    with pytest.raises(DefinitionError, match="292 years"):
        SleepCondition(length)
    with pytest.raises(InputError, match=r"queue_ttl is .*292 years"):
        hatchet.workflows.pause(ID, queue_ttl=length)
    if isinstance(length, timedelta):
        with pytest.raises(InputError, match="timeout is"):
            hatchet.runs.with_options(timeout=length)
        with pytest.raises(DefinitionError, match="100 years"):
            TTLBasedIdempotencyConfig(key_expression="input.a", ttl=length)


@pytest.mark.parametrize("timeout", ["5", timedelta(seconds=1), float("nan")])
def test_a_wait_of_no_number_of_seconds_is_refused(hatchet: Hatchet, timeout: Any) -> None:
    with pytest.raises(InputError, match="write seconds"):
        hatchet.runs.get_run_ref(ID).result(timeout)
