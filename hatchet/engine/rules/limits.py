"""The way of a task to its queue when limits lie before it: keys, claims, and what is decided on them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from hatchet._dataclasses import dataclass
from hatchet.engine import cel
from hatchet.engine.cel import CelFault, Environment
from hatchet.engine.rules.concurrency import Claim, Group
from hatchet.engine.rules.core import Core
from hatchet.engine.state.definitions import RateRule, Rule
from hatchet.engine.state.model import Run, Status, TaskLimits, TaskRun

REFUSED = "Cancelled due to concurrency strategy"

Place = tuple[str, str]
"""A rule's id with a key, or with a holder."""


@dataclass(slots=True)
class Decided:
    """Tasks that go on, and tasks and runs that a strategy turned away."""

    admitted: list[TaskRun] = field(default_factory=list[TaskRun])
    refused: list[TaskRun] = field(default_factory=list[TaskRun])
    refused_runs: list[Run] = field(default_factory=list[Run])


class Limits:
    """The claims of all tasks on slots."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._groups: dict[Place, Group] = {}
        self._claims: dict[Place, Claim] = {}
        self._undecided: dict[Place, Rule] = {}
        self._shared: dict[str, Rule] = {}

    # -- the chain of a task ----------------------------------------------------------------------------------------

    def prepare(self, task: TaskRun) -> str | None:
        """Evaluate what a new (or replayed) task's limits depend on; returns what is wrong when that fails."""
        definition = task.definition
        if not definition.limited:
            return None
        names: dict[str, cel.Value] = {
            "input": cel.json_object(task.run.input),
            "additional_metadata": cel.json_object(task.run.metadata),
            "workflow_run_id": task.id,
        }
        limits = TaskLimits()
        for rule in map(self.current, definition.concurrency):
            try:
                limits.keys.append(_text(rule.expression, names, "concurrency key"))
                expression = rule.max_runs_expression
                limits.maxima.append(None if expression is None else _number(expression, names, "concurrency limit"))
            except CelFault as fault:
                return str(fault)
        try:
            limits.rates.extend(_use(rule, names) for rule in definition.rates)
            if definition.batch is not None:
                key = definition.batch.group_key
                limits.batch_key = _text(key, names, "batch key", "batch group key expression").strip()
        except CelFault as fault:
            return str(fault)
        task.limits = limits
        self._core.changes.limits[task.id] = task
        return None

    def admit(self, task: TaskRun) -> bool:
        """Whether a task has every slot it needs; if not, it now waits for the next one."""
        limits = task.limits
        if limits is None:
            return True
        chain = task.definition.concurrency
        while limits.held < len(chain):
            if not self._has_slot(task, limits, chain[limits.held]):
                return False
            self._hold_next(task, limits)
        return True

    def release(self, task: TaskRun) -> None:
        """Give back what an attempt holds or waits for, except the slots of its run."""
        limits = task.limits
        if limits is None:
            return
        for position, rule in enumerate(task.definition.concurrency):
            if rule.of_run:
                claim = self._claims.get((rule.id, task.run.id))
                if claim is not None and task.id in claim.waiting:
                    claim.waiting.remove(task.id)
            else:
                self._withdraw(rule, limits.keys[position], task.id)
        limits.held = 0
        self._core.changes.limits[task.id] = task

    def run_is_over(self, run: Run) -> None:
        """Give back the slots of a whole run, once every task but the one for failures has ended."""
        first = next(iter(run.tasks.values()))
        rules = [rule for rule in first.definition.concurrency if rule.of_run]
        if not rules or not all(task.status.final or task.definition.on_failure for task in run.tasks.values()):
            return
        for rule in rules:
            key = self._key_of_run(run, rule)
            if key is not None:
                self._withdraw(rule, key, run.id)

    def ended(self, run: Run) -> None:
        """Forget what the limits of a finished run came to."""
        for task in run.tasks.values():
            if task.limits is not None:
                self._core.changes.limits[task.id] = task

    def decide(self) -> Decided | None:
        """Settle every group that changed since the last call; None when none did."""
        if not self._undecided:
            return None
        undecided, self._undecided = self._undecided, {}
        decided = Decided()
        for place, given in undecided.items():
            group = self._groups.get(place)
            if group is None:
                continue
            rule = self.current(given)
            settled = group.settle(rule)
            for claim in settled.granted:
                self._granted(claim, decided)
            for claim in settled.refused:
                self._claims.pop((rule.id, claim.holder), None)
                if rule.of_run:
                    decided.refused_runs.append(self._core.runs[claim.holder])
                else:
                    decided.refused.append(self._core.tasks[claim.holder])
            if group.empty:
                self._forget(place)
        return decided

    # -- shared rules -----------------------------------------------------------------------------------------------

    def current(self, rule: Rule) -> Rule:
        """What a rule says now: a shared one as it was last registered by whichever workflow."""
        return rule if rule.shared_as is None else self._shared.get(rule.shared_as, rule)

    def share(self, rule: Rule) -> None:
        """Make a shared rule valid for all that name it, from now on."""
        if rule.shared_as is None or self._shared.get(rule.shared_as) == rule:
            return
        self._shared[rule.shared_as] = rule
        self._core.changes.shared_rules[rule.shared_as] = rule
        for place in self._groups:
            if place[0] == rule.id:
                self._undecided[place] = rule

    # -- what can be seen -------------------------------------------------------------------------------------------

    def waiting(self) -> dict[str, dict[str, int]]:
        """How many runs wait for a slot of their own, by workflow and key."""
        counts: dict[str, dict[str, int]] = {}
        for (_, key), group in self._groups.items():
            for holder in group.waiting:
                run = self._core.runs.get(holder)
                if run is not None and run.is_dag:
                    of_workflow = counts.setdefault(run.workflow_name, {})
                    of_workflow[key] = of_workflow.get(key, 0) + 1
        return counts

    # -- after a restart --------------------------------------------------------------------------------------------

    def resume(
        self, shared: Iterable[Rule], dynamic: Mapping[Place, tuple[int, int]], tasks: Iterable[TaskRun]
    ) -> None:
        """Take up shared rules, dynamic limits, and the slots of tasks of unfinished runs; oldest tasks first."""
        for place, (newest, limit) in dynamic.items():
            self._groups[place] = Group(newest=newest, limit=limit)
        for rule in shared:
            if rule.shared_as is not None:
                self._shared[rule.shared_as] = rule
        for task in tasks:
            limits = task.limits
            if limits is None:
                continue
            run_open = any(not (each.status.final or each.definition.on_failure) for each in task.run.tasks.values())
            for position, rule in enumerate(task.definition.concurrency[: max(limits.held, limits.peak)]):
                holder = task.run.id if rule.of_run else task.id
                owned = run_open if rule.of_run else position < limits.held
                if owned and (rule.id, holder) not in self._claims:
                    self._claim(task, rule, position, holder, filled=True)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _has_slot(self, task: TaskRun, limits: TaskLimits, rule: Rule) -> bool:
        holder = task.run.id if rule.of_run else task.id
        claim = self._claims.get((rule.id, holder))
        if claim is None:
            claim = self._claim(task, rule, limits.held, holder, filled=False)
        if claim.filled:
            return True
        if task.id not in claim.waiting:
            claim.waiting.append(task.id)
        return False

    def _claim(self, task: TaskRun, rule: Rule, position: int, holder: str, *, filled: bool) -> Claim:
        limits = task.limits
        assert limits is not None
        seq = task.run.seq if rule.of_run else task.seq
        claim = Claim(holder, task.priority, seq, limits.maxima[position], filled)
        place = (rule.id, limits.keys[position])
        self._claims[rule.id, holder] = claim
        group = self._groups.setdefault(place, Group())
        newest = group.newest
        group.add(claim)
        if group.newest != newest and group.limit is not None:
            self._core.changes.dynamic_limits[place] = (group.newest, group.limit)
        self._undecided[place] = rule
        return claim

    def _granted(self, claim: Claim, decided: Decided) -> None:
        for task_id in claim.waiting:
            task = self._core.tasks[task_id]
            if task.limits is not None and task.status is Status.QUEUED:
                self._hold_next(task, task.limits)
                decided.admitted.append(task)
        claim.waiting.clear()

    def _hold_next(self, task: TaskRun, limits: TaskLimits) -> None:
        limits.held += 1
        limits.peak = max(limits.peak, limits.held)
        self._core.changes.limits[task.id] = task

    def _withdraw(self, rule: Rule, key: str, holder: str) -> None:
        claim = self._claims.pop((rule.id, holder), None)
        place = (rule.id, key)
        group = self._groups.get(place)
        if claim is None or group is None:
            return
        group.remove(claim)
        if group.empty:
            self._forget(place)
            self._undecided.pop(place, None)
        elif group.waiting:
            self._undecided[place] = rule

    def _forget(self, place: Place) -> None:
        if self._groups.pop(place).limit is not None:
            self._core.changes.dynamic_limits[place] = None

    def _key_of_run(self, run: Run, rule: Rule) -> str | None:
        for task in run.tasks.values():
            if task.limits is not None and rule in task.definition.concurrency:
                place = (rule.id, task.limits.keys[task.definition.concurrency.index(rule)])
                group = self._groups.get(place)
                if group is not None and (run.id in group.filled or run.id in group.waiting):
                    return place[1]
        return None


def _use(rule: RateRule, names: dict[str, cel.Value]) -> tuple[str, int, int | None, str]:
    key = _text(rule.key, names, "dynamic rate limit key")
    limit = None if rule.limit is None else _number(rule.limit, names, "dynamic rate limit value")
    return key, max(0, _number(rule.units, names, "dynamic rate limit units")), limit, rule.window.name


def _evaluated(expression: str, names: dict[str, cel.Value], kind: str) -> str | int:
    try:
        value = cel.evaluate(expression, Environment.WORKFLOW, names)
        if isinstance(value, str):
            return value
        return cel.whole(value, "a string or integer")
    except CelFault as fault:
        raise CelFault(f"failed to parse {kind} ({expression}): {fault}") from None


def _text(expression: str, names: dict[str, cel.Value], what: str, kind: str = "step expression") -> str:
    value = _evaluated(expression, names, kind)
    if not isinstance(value, str):
        raise CelFault(f"failed to parse {kind} ({expression}): expected string output for {what}, got int")
    return value


def _number(expression: str, names: dict[str, cel.Value], what: str) -> int:
    value = _evaluated(expression, names, "step expression")
    if isinstance(value, str):
        raise CelFault(f"failed to parse step expression ({expression}): expected int output for {what}, got string")
    return value
