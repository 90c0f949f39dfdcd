"""Makes a program smaller as long as it still shows a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.congruence.program import Flow, Program, Step


def shrink(program: Program, differs: Callable[[Program], bool], tries: int = 60) -> Program:
    """The smallest program found that still differs.

    Args:
        program: one that does.
        differs: whether another one does, too.
        tries: how many are tried at most.
    """
    while True:
        for smaller in smaller_ones(program):
            if tries == 0:
                return program
            tries -= 1
            if differs(smaller):
                program = smaller
                break
        else:
            return program


def smaller_ones(program: Program) -> Iterator[Program]:
    """Programs with one thing less, the largest things first."""
    for index in reversed(range(len(program.acts))):
        yield program.model_copy(update={"acts": (*program.acts[:index], *program.acts[index + 1 :])})
    main, *others = program.flows
    if others and not any(step.children for step in main.steps):
        yield program.model_copy(update={"flows": (main,)})
    for flow in _smaller_flows(main):
        yield program.model_copy(update={"flows": (flow, *others)})


def _smaller_flows(flow: Flow) -> Iterator[Flow]:
    if len(flow.steps) > 1:
        for step in reversed(flow.steps):
            others = tuple(_without(other, step.name) for other in flow.steps if other is not step)
            yield flow.model_copy(update={"steps": others})
    for name, plain in (("on_failure", False), ("strategy", None), ("keyed", ""), ("heard", False), ("max_runs", 1)):
        if getattr(flow, name) != plain:
            yield flow.model_copy(update={name: plain})
    for index, step in enumerate(flow.steps):
        for smaller in _smaller_steps(step):
            yield flow.model_copy(update={"steps": (*flow.steps[:index], smaller, *flow.steps[index + 1 :])})


def _smaller_steps(step: Step) -> Iterator[Step]:
    for name in ("children", "retries", "rules", "impossible"):
        plain = Step.model_fields[name].default
        if getattr(step, name) != plain:
            yield step.model_copy(update={name: plain})
    if step.deeds != ("return",):
        yield step.model_copy(update={"deeds": step.deeds[:-1] or ("return",)})
        yield step.model_copy(update={"deeds": ("return",)})


def _without(step: Step, name: str) -> Step:
    return step.model_copy(
        update={
            "parents": tuple(parent for parent in step.parents if parent != name),
            "rules": tuple(rule for rule in step.rules if rule.parent != name),
        }
    )
