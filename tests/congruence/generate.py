"""Programs from seeds: the same seed gives the same program."""

from __future__ import annotations

import random
from typing import Literal, get_args

from tests.congruence.program import Act, Deed, Flow, Program, Rule, Step, Strategy

CHILD = 1  # the workflow that steps start
NAMES = "abcde"


def generate(seed: int) -> Program:
    """A program of one or two workflows and a few acts."""
    chance = random.Random(seed)
    with_children = chance.random() < 0.2
    main = _flow(chance, with_children)
    flows = (main, _child(chance)) if with_children else (main,)
    # Of tasks that fail in the same moment the real engine tries all as often as the one with the most retries.
    # Tried again, a task of a workflow that cancels the newest counts as that there.
    most = 0 if main.strategy == "CANCEL_NEWEST" else max(step.retries for flow in flows for step in flow.steps)
    alike = tuple(
        flow.model_copy(update={"steps": tuple(step.model_copy(update={"retries": most}) for step in flow.steps)})
        for flow in flows
    )
    acts = _acts(chance, main)
    if any(rule.kind == "wait_for" for step in main.steps for rule in step.rules):
        # What waits for an output that does not come is no task yet on the real engine, and is not cancelled.
        acts = [act for act in acts if act.kind != "cancel"]
    return Program(flows=alike, acts=tuple(acts))


def _flow(chance: random.Random, with_children: bool) -> Flow:
    alone = chance.random() < 0.35
    strategy: Strategy | None = chance.choice(get_args(Strategy)) if chance.random() < 0.25 else None
    steps: list[Step] = []
    for name in NAMES[: 1 if alone else chance.randint(2, 5)]:
        before = [step.name for step in steps]
        parents = tuple(sorted(chance.sample(before, min(len(before), chance.choice((0, 1, 1, 2))))))
        rules = tuple(
            Rule(
                kind=chance.choice(("skip_if", "skip_if", "cancel_if", "wait_for" if not strategy else "skip_if")),
                parent=parent,
            )
            for parent in parents[:1]
            if chance.random() < 0.25
        )
        deeds = _deeds(chance)
        retries = 0 if strategy == "CANCEL_NEWEST" else chance.choice((0, 0, 1, 2))
        children = chance.randint(1, 2) if with_children and deeds == ("return",) else 0
        impossible = chance.random() < 0.05
        steps.append(
            Step(
                name=name,
                parents=parents,
                deeds=deeds,
                retries=retries,
                rules=rules,
                children=children,
                impossible=impossible,
            )
        )
    return Flow(
        steps=tuple(steps),
        alone=alone,
        on_failure=not alone and chance.random() < 0.25,
        strategy=strategy,
        max_runs=chance.choice((1, 1, 2)),
        keyed=_keyed(chance, len(steps)) if strategy is None else "",
        heard=chance.random() < 0.3,
    )


def _keyed(chance: random.Random, steps: int) -> Literal["", "ttl", "status"]:
    keys: tuple[Literal["", "ttl", "status"], ...] = ("", "", "", "", "ttl", "status")
    keyed = chance.choice(keys)
    # The first task that ends gives the key of a run of several back on the real engine.
    return "" if keyed == "status" and steps > 1 else keyed


def _deeds(chance: random.Random) -> tuple[Deed, ...]:
    usual: tuple[Deed, ...] = ("return", "return", "return", "return", "fail", "hold", "give up", "overrun")
    deeds: tuple[Deed, ...] = tuple(chance.choice(usual) for _ in range(chance.choice((1, 1, 1, 2, 3))))
    # What may be overrun cannot be held.
    return tuple(deed for deed in deeds if deed != "hold") if "overrun" in deeds else deeds


def _child(chance: random.Random) -> Flow:
    return Flow(
        steps=(Step(name="a", deeds=_deeds(chance)[:1], retries=chance.choice((0, 1))),), alone=chance.random() < 0.7
    )


def _acts(chance: random.Random, flow: Flow) -> list[Act]:
    acts: list[Act] = []
    count = 0

    def numbers(how_many: int) -> tuple[int, ...]:
        nonlocal count
        count += how_many
        # Pairs of them share an idempotency key; which is odd differs.
        return tuple(10 * chance.randint(1, 2) + count - how_many + each for each in range(how_many))

    for _ in range(chance.choice((1, 1, 2, 3)) if flow.strategy is None else chance.randint(2, 4)):
        if flow.heard and chance.random() < 0.5:
            acts.append(Act(kind="push", numbers=numbers(1)))
        elif chance.random() < 0.25:
            acts.append(Act(kind="bulk", numbers=numbers(chance.randint(2, 3))))
        else:
            acts.append(Act(kind="run", numbers=numbers(1)))
    for _ in range(chance.choice((0, 1, 1, 2))):
        run = chance.randrange(count)
        match chance.choice(("cancel", "replay", "replay", "open", "replay task")):
            case "cancel":
                acts.append(Act(kind="cancel", run=run))
            case "open":
                acts.append(Act(kind="open", run=run))
            case "replay task" if not flow.on_failure:
                step = chance.choice(flow.steps).name
                if not _judges_what_stays(flow, step):
                    acts.append(Act(kind="replay task", run=run, step=step))
            case _:
                acts.append(Act(kind="replay", run=run))
    return [*acts, *(Act(kind="open", run=run) for run in range(count)), *_afterwards(chance, flow, count)]


def _afterwards(chance: random.Random, flow: Flow, count: int) -> list[Act]:
    run = chance.randrange(count)
    step = chance.choice(flow.steps).name
    return [
        act
        for act in (
            Act(kind="cancel", run=run),
            Act(kind="replay task", run=run, step=step),
            Act(kind="replay", run=run),
        )
        # A task that is replayed brings the on-failure task along; on the real engine it does not.
        if chance.random() < 0.25
        and not (act.kind == "replay task" and (flow.on_failure or _judges_what_stays(flow, step)))
    ]


def _judges_what_stays(flow: Flow, replayed: str) -> bool:
    """Whether a replay of a task makes a rule look at the output of a parent that is not replayed.

    On the real engine no such rule holds.
    """
    again = {replayed}
    for step in flow.steps:  # parents come first
        if again.intersection(step.parents):
            again.add(step.name)
    return any(rule.parent not in again for step in flow.steps if step.name in again for rule in step.rules)
