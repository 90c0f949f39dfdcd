"""What REST tells of a run that waits, turned into what the words for it are made of; and who is told of triggers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from hatchet import Hook
from hatchet.errors import NotFound, Unavailable
from hatchet.features import knowledge
from hatchet.hooks import Hooks
from hatchet.runs.why import Facts, Happened, Offer, WantedLabel
from hatchet.wire.values import RunDetails, RunStatus, TaskRunDetails
from hatchet_api.rest import models
from tests.jumping import jumping, now


def _worker(status: str = "ACTIVE", **more: Any) -> models.Worker:
    return models.Worker.model_construct(
        None, **{"name": "w", "status": status, "slot_config": None, "labels": None, **more}
    )


def _slots(limit: int, available: int | None) -> models.WorkerSlotConfig:
    return models.WorkerSlotConfig.model_construct(limit=limit, available=available)


BOTH = {"default": _slots(5, 2), "durable": _slots(9, 7)}


@pytest.mark.parametrize(
    ("worker", "kind", "offer"),
    [
        (_worker(), "default", Offer("w", False, 0, 0, {})),
        (_worker("PAUSED"), "default", Offer("w", True, 0, 0, {})),
        (_worker("INACTIVE"), "default", Offer("w", False, 0, 0, {})),
        (_worker(slot_config=BOTH), "default", Offer("w", False, 2, 5, {})),
        (_worker(slot_config=BOTH), "durable", Offer("w", False, 7, 9, {})),
        (_worker(slot_config={"default": _slots(5, None)}), "default", Offer("w", False, 0, 5, {})),
        (_worker(slot_config={"durable": _slots(5, 2)}), "default", Offer("w", False, 0, 0, {})),
        (
            _worker(labels=[SimpleNamespace(key="a", value="b"), SimpleNamespace(key="c", value=None)]),
            "default",
            Offer("w", False, 0, 0, {"a": "b", "c": ""}),
        ),
    ],
)
def test_a_worker_offers_slots_of_the_kind_that_is_needed(worker: models.Worker, kind: str, offer: Offer) -> None:
    assert knowledge._offer(worker, kind) == offer


@pytest.mark.parametrize(
    ("declared", "labels"),
    [
        ({}, []),
        ({"DesiredWorkerLabels": None}, []),
        ({"DesiredWorkerLabels": {"a": {"StrValue": "x"}}}, []),
        ({"DesiredWorkerLabels": {"a": {"Required": False, "StrValue": "x"}}}, []),
        ({"DesiredWorkerLabels": {"a": {"Required": True, "StrValue": "x"}}}, [WantedLabel("a", "x", "EQUAL")]),
        ({"DesiredWorkerLabels": {"a": {"Required": True}}}, [WantedLabel("a", "", "EQUAL")]),
        (
            {"DesiredWorkerLabels": {"a": {"Required": 1, "IntValue": 0, "StrValue": "x", "Comparator": "LESS_THAN"}}},
            [WantedLabel("a", 0, "LESS_THAN")],
        ),
        (
            {"DesiredWorkerLabels": {"a": {"Required": True, "StrValue": "x"}, "b": {"Required": True, "IntValue": 7}}},
            [WantedLabel("a", "x"), WantedLabel("b", 7)],
        ),
    ],
)
def test_labels_that_a_worker_must_have_are_told(declared: dict[str, Any], labels: list[WantedLabel]) -> None:
    assert list(knowledge._labels(declared)) == labels


@pytest.mark.parametrize(
    ("declared", "limits"),
    [
        ({}, []),
        ({"RateLimits": None}, []),
        ({"RateLimits": [{"Key": "k"}, {"KeyExpr": '"quoted"', "Key": "other"}]}, ["k", "quoted"]),
        ({"RateLimits": [{"KeyExpr": "", "Key": "k"}, {"KeyExpr": None}, {"Key": 1}]}, ["k"]),
    ],
)
def test_rate_limits_are_told_by_their_keys(declared: dict[str, Any], limits: list[str]) -> None:
    assert list(knowledge._rate_limits(declared)) == limits


def test_a_task_is_found_by_its_action() -> None:
    config = {"Tasks": [{"Action": "w:a", "n": 1}, {"Action": "w:b", "n": 2}]}
    assert knowledge._declared(config, "w:b") == {"Action": "w:b", "n": 2}
    assert knowledge._declared(config, "w:c") == {}
    assert knowledge._declared({"Tasks": None}, "w:b") == {}
    assert knowledge._declared({}, "w:b") == {}


def test_what_happened_is_told_with_its_task() -> None:
    kind = models.V1TaskEventType("QUEUED")
    events = [
        models.V1TaskEvent.model_construct(event_type=kind, message="m", retry_count=2, task_id="t"),
        models.V1TaskEvent.model_construct(event_type=kind, message="n", retry_count=None, task_id="u"),
    ]
    assert knowledge._happened(events) == [Happened("QUEUED", "m", 2, "t"), Happened("QUEUED", "n", 0, "u")]
    assert knowledge._happened(None) == []


@pytest.mark.parametrize(("value", "text"), [("a", "a"), ("", None), (None, None), (1, None)])
def test_a_text_is_told_where_there_is_one(value: object, text: str | None) -> None:
    assert knowledge._text(value) == text


@pytest.mark.parametrize(
    ("value", "status"),
    [("COMPLETED", RunStatus.COMPLETED), ("later", RunStatus.RUNNING), ("QUEUED", RunStatus.QUEUED)],
)
def test_a_state_that_is_not_known_is_running(value: str, status: RunStatus) -> None:
    assert knowledge._status(value) is status


def test_a_value_is_told_as_json() -> None:
    assert (knowledge._json(None), knowledge._json({"é": [1]}), knowledge._json(0)) == (None, '{"é": [1]}', "0")


class Around(Hook):
    async def around_trigger(self, runs: Any, call_next: Any) -> Any:
        return await call_next(runs)


class Told(Hook):
    def run_triggered(self, run: Any, run_id: str) -> None: ...


class Pushed(Hook):
    def event_pushed(self, event: Any) -> None: ...

    def task_ended(self, ctx: Any, end: Any) -> None: ...


class Working(Hook):
    def assignment_received(self, assignment: Any) -> None: ...

    def task_started(self, ctx: Any) -> None: ...

    async def around_task(self, ctx: Any, input: object, call_next: Any) -> object:
        return await call_next(input)


def test_hooks_are_sorted_by_what_they_override() -> None:
    around, told, pushed, working = given = (Around(), Told(), Pushed(), Working())
    hooks = Hooks(given)
    assert hooks.all == given
    assert vars(hooks) == {
        "all": given,
        "around_trigger": [around],
        "run_triggered": [told],
        "event_pushed": [pushed],
        "assignment_received": [working],
        "task_started": [working],
        "around_task": [working],
        "task_ended": [pushed],
    }


@pytest.mark.parametrize(
    ("given", "on_triggers"),
    [((), False), ((Around(),), True), ((Told(),), True), ((Pushed(), Working()), False), ((Around(), Told()), True)],
)
def test_triggers_are_told_of_where_a_hook_cares(given: tuple[Hook, ...], on_triggers: bool) -> None:
    assert Hooks(given).on_triggers is on_triggers


class Shown:
    """A REST side that shows one state of a run after the other."""

    def __init__(self, *states: str | Exception) -> None:
        self.states = [*states]
        self.asked: list[float] = []

    async def send(self, operation: Any) -> Any:
        self.asked.append(now())
        assert operation.path.endswith("/status")
        state = self.states.pop(0)
        if isinstance(state, Exception):
            raise state
        return SimpleNamespace(value=state)


async def ended(shown: Shown) -> None:
    known = knowledge.Knowledge(shown)  # type: ignore[arg-type]  # of which this is used
    await knowledge.UNTIL_ENDED.run(lambda _: known._check_ended("run"))


@pytest.mark.parametrize("state", ["COMPLETED", "FAILED", "CANCELLED"])
@jumping
async def test_the_end_of_a_run_is_asked_for_until_it_is_shown(state: str) -> None:
    missing = NotFound("no such run", code="404", call="get")
    shown = Shown("QUEUED", "RUNNING", missing, "RUNNING", "RUNNING", "RUNNING", state)
    await ended(shown)
    assert (len(shown.asked), shown.states) == (7, [])
    pauses = [round(later - earlier, 3) for earlier, later in zip(shown.asked, shown.asked[1:], strict=False)]
    longest = (0.05, 0.1, 0.2, 0.4, 0.5, 0.5)
    assert [pause for pause, most in zip(pauses, longest, strict=True) if not most / 2 <= pause <= most] == []


@jumping
async def test_a_failure_that_was_tried_again_is_not_tried_once_more() -> None:
    shown = Shown(Unavailable("away", code="503", call="get"))
    with pytest.raises(Unavailable, match="away"):
        await ended(shown)
    assert len(shown.asked) == 1


class Answers:
    """A REST side that answers by the names of operations, and keeps what it was asked, each with how."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {name.replace("_", "-"): answer for name, answer in answers.items()}
        self.asked: list[tuple[Any, ...]] = []
        self.config = SimpleNamespace(tenant_id="tenant")
        self.recent = SimpleNamespace(patience={"run": 3.5}.__getitem__)

    async def send(self, operation: Any, timeout: float | None = None, patience: float = 0.0) -> Any:
        self.asked.append((operation.name, operation.path, operation.query, timeout, patience))
        return self.answers[operation.name.removeprefix("v1-").replace(":", "-")]

    @property
    def knowledge(self) -> knowledge.Knowledge:
        return knowledge.Knowledge(self)  # type: ignore[arg-type]  # of which this is used


HAPPENED = models.V1TaskEvent.model_construct(
    event_type=models.V1TaskEventType("QUEUED"), message="m", retry_count=2, task_id="t"
)
TOLD = [Happened("QUEUED", "m", 2, "t")]
OF_TASK = ("v1-task-event:list", "/api/v1/stable/tasks/t/task-events", (("limit", "50"),), 2.0, 0.0)


@pytest.mark.parametrize(
    ("is_durable", "own_config"), [(False, True), (True, True), (False, False)], ids=["plain", "durable", "of task"]
)
async def test_what_a_task_waits_for_is_asked_of_its_version_its_workers_and_its_own_events(
    is_durable: bool, own_config: bool
) -> None:
    declared = {
        "Tasks": [
            {"Action": "w:other", "ScheduleTimeout": "1s"},
            {
                "Action": "w:step",
                "ScheduleTimeout": "5m",
                "DesiredWorkerLabels": {"zone": {"Required": True, "StrValue": "north"}},
                "RateLimits": [{"Key": "k"}],
            },
        ]
    }
    limit = SimpleNamespace(
        step_readable_id="step", limit_strategy=SimpleNamespace(value="GROUP_ROUND_ROBIN"), expression="e", max_runs=3
    )
    rest = Answers(
        task_get=SimpleNamespace(
            action_id="w:step",
            workflow_id="workflow",
            workflow_version_id="version",
            workflow_config=None if own_config else declared,
            is_durable=is_durable,
        ),
        task_event_list=SimpleNamespace(rows=[HAPPENED]),
        worker_list=SimpleNamespace(
            rows=[
                _worker(name="a", actions=["w:step", "w:other"], slot_config=BOTH),
                _worker(name="b", actions=["w:other"]),
                _worker(name="c", actions=None),
            ]
        ),
        workflow_version_get=SimpleNamespace(
            workflow_config=declared if own_config else None,
            v1_concurrency=[limit],
            workflow=SimpleNamespace(is_paused=True),
        ),
    )
    facts = await rest.knowledge.facts("t")
    assert rest.asked == [
        ("v1-task:get", "/api/v1/stable/tasks/t", (), 2.0, 0.0),
        OF_TASK,
        ("worker:list", "/api/v1/tenants/tenant/worker", (("statuses", "ACTIVE"), ("statuses", "PAUSED")), 2.0, 0.0),
        ("workflow-version:get", "/api/v1/workflows/workflow/versions", (("version", "version"),), 2.0, 0.0),
    ]
    assert facts == Facts(
        task="step",
        events=TOLD,
        offers=[Offer("a", False, 7, 9, {}) if is_durable else Offer("a", False, 2, 5, {})],
        labels=(WantedLabel("zone", "north", "EQUAL"),),
        concurrency=("e, 3 at a time",),
        rate_limits=("k",),
        workflow_is_paused=True,
        schedule_timeout="5m",
    )


async def test_what_is_not_told_of_a_task_is_left_out() -> None:
    rest = Answers(
        task_get=SimpleNamespace(
            action_id=None, workflow_id="workflow", workflow_version_id=None, workflow_config=None, is_durable=None
        ),
        task_event_list=SimpleNamespace(rows=None),
        worker_list=SimpleNamespace(rows=None),
        workflow_version_get=SimpleNamespace(workflow_config=None, v1_concurrency=None, workflow=None),
    )
    assert await rest.knowledge.facts("t") == Facts(task="", events=[], offers=[])
    assert ("workflow-version:get", "/api/v1/workflows/workflow/versions", (), 2.0, 0.0) in rest.asked


@pytest.mark.parametrize(
    ("tasks", "asked"),
    [
        (["t"], [OF_TASK]),
        (["t", "u"], [("v1-workflow-run:get", "/api/v1/stable/workflow-runs/run", (), 2.0, 0.0)]),
        ([], [("v1-workflow-run:get", "/api/v1/stable/workflow-runs/run", (), 2.0, 0.0)]),
    ],
)
async def test_what_happened_is_asked_of_the_one_task_or_of_the_run(tasks: list[str], asked: list[Any]) -> None:
    rest = Answers(
        task_event_list=SimpleNamespace(rows=[HAPPENED]), workflow_run_get=SimpleNamespace(task_events=[HAPPENED])
    )
    assert await rest.knowledge.events("run", tasks) == TOLD
    assert rest.asked == asked


@pytest.mark.parametrize("is_over", [True, False], ids=["ended", "running"])
async def test_a_run_is_waited_for_while_it_may_not_be_shown_yet_and_its_end_where_it_has_ended(is_over: bool) -> None:
    """The whole answer takes as long as any call; what is asked before it is only the status."""
    state = SimpleNamespace(value="COMPLETED" if is_over else "RUNNING")
    task = SimpleNamespace(task_external_id="t", action_id="w:step", status=state, output={"n": 1}, error_message=None)
    rest = Answers(
        workflow_run_get_status=state,
        workflow_run_get=SimpleNamespace(
            run=SimpleNamespace(status=state, input={"of": "run"}, additional_metadata=None), tasks=[task]
        ),
    )
    details = await rest.knowledge.details("run", ended=is_over)
    status = ("v1-workflow-run:get-status", "/api/v1/stable/workflow-runs/run/status", (), None, 0.0)
    assert rest.asked == [
        *([status] if is_over else []),
        ("v1-workflow-run:get", "/api/v1/stable/workflow-runs/run", (), None, 3.5),
    ]
    assert details == RunDetails(
        run_id="run",
        status=RunStatus(state.value),
        done=is_over,
        input_text='{"of": "run"}',
        additional_metadata={},
        tasks={
            "step": TaskRunDetails(
                task_run_id="t",
                name="step",
                status=RunStatus(state.value),
                output_text='{"n": 1}',
                error="" if is_over else None,
                sent='{"n": 1}',
            )
        },
    )
