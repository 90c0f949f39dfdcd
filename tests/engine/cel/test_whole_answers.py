"""What each expression gives: its type, its value or the whole refusal, and the steps that it takes.

The answers were read and kept; `python -m tests.engine.cel.test_whole_answers` writes them anew after a change that is
meant, to be read again.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from hatchet.engine import cel
from hatchet.engine.cel import CelFault, Environment, environments, vocabularies
from hatchet.engine.cel.compile import Vocabulary, compile_expression
from hatchet.engine.cel.program import Typed
from hatchet.engine.cel.values import Duration, Meter, Timestamp, TypeValue, Unsigned, Value, is_list, is_map
from tests.engine.cel.expressions import INPUT, NAMES_OF, expressions

ANEW = "`python -m tests.engine.cel.test_whole_answers` records the answers anew"
KEPT = Path(__file__).parent / "data" / "answers.tsv"
STEPS = 60_000


def shown(value: Value) -> str:
    """A value, and of what type it is."""
    match value:
        case Unsigned():
            return f"{int(value)}u"
        case Timestamp():
            return f"timestamp {value.ns} {value.offset}"
        case Duration():
            return f"duration {value.ns}"
        case TypeValue():
            return f"type {value.name}"
        case _ if is_list(value):
            return f"[{', '.join(map(shown, value))}]"
        case _ if is_map(value):
            return "{" + ", ".join(f"{shown(key)}: {shown(item)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)


def answer(expression: str) -> str:
    """Type, value or refusal, and steps of an expression."""
    names: dict[str, Value] = {
        name: cel.json_object(INPUT) if name in ("input", "payload") else {} for name in NAMES_OF[Environment.EVENT]
    }
    meter = Meter(STEPS)
    try:
        kind = cel.check(expression, Environment.EVENT)
    except CelFault as fault:
        return f"refused: {fault}"
    try:
        found = shown(cel.evaluate(expression, Environment.EVENT, names, meter))
    except CelFault as fault:
        found = f"fault: {fault}"
    # How much work a pattern is, is the business of the library that compiles it.
    steps = "" if "matches" in expression else f" in {STEPS - meter.left}"
    return f"{kind}: {found}{steps}"


def answers() -> dict[str, str]:
    return {expression: answer(expression) for expression in expressions()}


def kept() -> dict[str, str]:
    lines = KEPT.read_text().splitlines()
    return {json.loads(one): json.loads(other) for one, _, other in (line.partition("\t") for line in lines)}


def test_every_expression_gives_what_it_gave() -> None:
    now, before = answers(), kept()
    assert {each: now[each] for each in now if now[each] != before.get(each)} == {}, ANEW
    assert list(now) == list(before), ANEW


def is_known(expression: str, environment: Environment) -> bool:
    """Whether an expression compiles; where it does not, it must be for a name."""
    try:
        cel.check(expression, environment)
    except CelFault as fault:
        if "undeclared reference" not in str(fault):
            raise
        return False
    return True


@pytest.mark.parametrize("environment", Environment)
def test_each_environment_knows_its_names_and_no_other(environment: Environment) -> None:
    names = {name for known in NAMES_OF.values() for name in known}
    assert {name for name in names if is_known(f"{name} == {name}", environment)} == set(NAMES_OF[environment])


QUOTED, MADE, SUM = "strings.quote('a') == 'a'", "'a'.lowerAscii() == 'a'", "checksum('a') == 'a'"
OF_TEXT = "'a'.checksum() == 'a'"


@pytest.mark.parametrize(
    ("environment", "functions"),
    [
        (Environment.WORKFLOW, {QUOTED, MADE, SUM, OF_TEXT}),
        (Environment.TASK, {QUOTED, MADE, SUM, OF_TEXT}),
        (Environment.EVENT, {QUOTED, MADE, SUM}),
        (Environment.CONDITION, set[str]()),
        (Environment.WEBHOOK, {SUM}),
    ],
)
def test_each_environment_has_its_functions_and_no_other(environment: Environment, functions: set[str]) -> None:
    assert {each for each in (QUOTED, MADE, SUM, OF_TEXT) if is_known(each, environment)} == functions


def test_what_is_compiled_is_kept_until_there_is_too_much_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []

    def counted(text: str, environment: str) -> Typed:
        compiled.append(text)
        return compile_expression(text, Vocabulary({}))

    monkeypatch.setattr(vocabularies, "compiled", counted)
    monkeypatch.setattr(environments, "_cache", type(environments._cache)())  # pyright: ignore[reportPrivateUsage]  # empty
    monkeypatch.setattr(environments, "MAX_COMPILED", 2)
    for text in ("1", "2", "1", "3", "1", "2", "((", "(("):
        with contextlib.suppress(CelFault):
            cel.check(text, Environment.EVENT)
    # The 3 replaces the 2, which was asked for least recently; a fault is kept, too.
    assert compiled == ["1", "2", "3", "2", "(("]


def main() -> None:
    """Write what is answered now."""
    KEPT.write_text("".join(f"{json.dumps(one)}\t{json.dumps(other)}\n" for one, other in answers().items()))


if __name__ == "__main__":
    main()
