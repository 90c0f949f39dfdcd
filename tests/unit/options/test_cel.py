"""CEL expressions are checked where they are written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    DefaultFilter,
    DefinitionError,
    RateLimit,
    StatusBasedIdempotencyConfig,
    TTLBasedIdempotencyConfig,
    UserEventCondition,
)
from hatchet.options import cel
from hatchet.options.specs import BatchSpec

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "expression",
    [
        "input.customer",
        "string(input.id) + '-' + additional_metadata.tenant",
        "has(input.a) && size(input.a) > 1 ? workflow_run_id : 'none'",
        "input.items.filter(i, i.price > 10).map(i, i.name).join(',')",
        "input.items.all(i, i.parts.exists(p, p.id == i.id))",
        "input.items.exists_one(e, e == input.wanted)",
        "input.name.lowerAscii().replace('a', 'b').substring(0, 3)",
        "input.name.checksum()",
        "type(input.a) == string && timestamp(input.at) < timestamp('2027-01-01T00:00:00Z')",
        "{'a': input.x}['a'] in [1, 2, 3]",
        "duration('1h') > duration('30m')",
        "'a\\nb' == input.a // a comment",
        "input.a ==\n  additional_metadata.b",
        "strings.quote(input.name)",
        "input.`content-type` == 'a' && has(input.`a.b`)",
    ],
)
def test_what_the_engine_takes_is_not_refused(expression: str) -> None:
    cel.check(expression, cel.RUN, "it")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("inptu.a", "names 'inptu', which is not there; there is input, additional_metadata, workflow_run_id"),
        ("input.a == payload.b", "names 'payload'"),
        ("input.items.filter(i, j.price > 1)", "names 'j'"),
        ("input.items.all(i, i > 0) && i == 1", "names 'i'"),
        ("lower(input.a)", "calls 'lower', which is not there; there is functions: "),
        ("input.a == ", "is no CEL expression"),
        ("input.a and input.b", "is no CEL expression"),
        ("f'{input.a}'", "is no CEL expression"),
    ],
)
def test_syntax_errors_and_unknown_names_are_refused(expression: str, words: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        cel.check(expression, cel.RUN, "it")
    assert f"it {words}" in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("input.a == other.b", "    input.a == other.b\n               ^"),
        ("input.a ==\n  other.b", "      other.b\n      ^"),
        ("input.?", "    input.?\n          ^"),
        ("input.a ==", "    input.a ==\n            ^"),
    ],
)
def test_the_place_is_shown_with_a_caret(expression: str, shown: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        cel.check(expression, cel.RUN, "it")
    assert str(caught.value).endswith(":\n" + shown)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda text: concurrency(text), "the expression of a concurrency limit"),
        (lambda text: concurrency("'a'", max_runs=text), "max_runs of a concurrency limit"),
        (lambda text: RateLimit(dynamic_key=text, limit=1), "dynamic_key of a rate limit"),
        (lambda text: RateLimit(static_key="a", units=text), "units of a rate limit"),
        (lambda text: RateLimit(static_key="a", limit=text), "limit of a rate limit"),
        (lambda text: DefaultFilter(expression=text, scope="s"), "the expression of the filter 's'"),
        (lambda text: UserEventCondition("e", text), "the condition on the event 'e'"),
        (lambda text: BatchSpec(batch_max_size=1, batch_group_key=text), "batch_group_key"),
        (lambda text: TTLBasedIdempotencyConfig(key_expression=text, ttl=timedelta(1)), "key_expression"),
        (lambda text: StatusBasedIdempotencyConfig(key_expression=text, fallback_ttl=timedelta(1)), "key_expression"),
    ],
)
def test_every_option_that_is_an_expression_is_checked(make: Callable[[str], Any], words: str) -> None:
    with pytest.raises(DefinitionError, match=f"^{words}.* names 'output'"):
        make("output.a")


def concurrency(expression: str, max_runs: int | str = 1) -> ConcurrencyExpression:
    return ConcurrencyExpression(expression, max_runs, ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN)


def test_without_a_parser_nothing_is_checked_and_nothing_fails() -> None:
    program = """
import sys
sys.modules["celpy"] = None
from hatchet import UserEventCondition
UserEventCondition("e", "this is no CEL")
print("fine")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "fine"


def test_the_parser_is_loaded_with_the_first_expression_only() -> None:
    program = """
import sys
from hatchet import Hatchet, SleepCondition, RateLimit
SleepCondition("1s"); RateLimit(static_key="a")
print("celpy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_a_plain_path_or_text_loads_no_parser() -> None:
    program = (
        "import sys\n"
        "from hatchet import ConcurrencyExpression, ConcurrencyLimitStrategy as S\n"
        "ConcurrencyExpression('input.customer.id', 1, S.GROUP_ROUND_ROBIN)\n"
        "ConcurrencyExpression.from_int(3)\n"
        "assert 'celpy' not in sys.modules and 'lark' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, cwd=ROOT)


@pytest.mark.parametrize("expression", ["inptu.customer", "output.x"])
def test_a_plain_path_is_still_looked_at(expression: str) -> None:
    with pytest.raises(DefinitionError, match=r"\^"):
        cel.check(expression, cel.RUN, "it")


VALUES = [
    "bool", "bytes", "double", "duration", "dyn", "int", "list", "map", "null_type", "string", "timestamp", "type",
    "uint",
]  # fmt: skip


@pytest.mark.parametrize("name", [*VALUES, "google", "strings"])
def test_types_are_values_and_functions(name: str) -> None:
    cel.check(f"type(input.a) == {name} && {name}(input.a) == 1", cel.RUN, "it")


@pytest.mark.parametrize("macro", ["all", "exists", "exists_one", "map", "filter"])
def test_a_macro_has_a_name_of_its_own_in_its_arguments_only(macro: str) -> None:
    cel.check(f"input.items.{macro}(each, each.a > 1)", cel.RUN, "it")
    for wrong, name in (
        (f"input.items.{macro}(each, other.a > 1)", "other"),
        (f"each.{macro}(each, each > 1)", "each"),
    ):
        with pytest.raises(DefinitionError, match=f"^it names '{name}', which is not there"):
            cel.check(wrong, cel.RUN, "it")


@pytest.mark.parametrize("call", ["input.first(each, each)", "input.all(each.a, each)"])
def test_only_a_macro_has_one(call: str) -> None:
    with pytest.raises(DefinitionError, match=r"^it names 'each', which is not there"):
        cel.check(f"{call} == 1", cel.RUN, "it")


def test_functions_that_are_there_are_named() -> None:
    with pytest.raises(DefinitionError) as caught:
        cel.check("1 + lower(input.a)", cel.RUN, "the key")
    functions = ", ".join(sorted([*VALUES, "has", "size", "matches", "checksum"]))
    assert str(caught.value) == (
        f"the key calls 'lower', which is not there; there is functions: {functions}:\n"
        "    1 + lower(input.a)\n        ^"
    )
    for function in ("has", "size", "matches", "checksum"):
        cel.check(f"{function}(input.a) == 1", cel.RUN, "it")


@pytest.mark.parametrize(
    ("names", "there"),
    [
        (cel.RUN, "input, additional_metadata, workflow_run_id"),
        (cel.EVENT, "input, additional_metadata, payload, event_id, event_key"),
        (cel.PARENT, "output"),
        (cel.USER_EVENT, "input"),
    ],
)
def test_what_an_expression_can_look_at_depends_on_its_place(names: tuple[str, ...], there: str) -> None:
    for name in there.split(", "):
        cel.check(f"{name} == 1", names, "it")
        cel.check(name, names, "it")
    with pytest.raises(DefinitionError) as caught:
        cel.check("nothing", names, "it")
    assert str(caught.value) == f"it names 'nothing', which is not there; there is {there}:\n    nothing\n    ^"


@pytest.mark.parametrize(
    "expression", ["", "  ", "'a text'", "''", "input", "input.a._b1", " input.a ", "`odd` nonsense"]
)
def test_what_no_parser_is_asked_about(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cel, "_parser", lambda: pytest.fail("it was parsed"))
    cel.check(expression, cel.RUN, "it")


@pytest.mark.parametrize("expression", ["'a' + 'b'", "'a\\n'", "input.1", "input.a.", "other.a", "größe"])
def test_what_a_parser_is_asked_about(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Parser:
        def parse(self, text: str) -> object:
            asked.append(text)
            return None

    monkeypatch.setattr(cel, "_parser", Parser)
    cel.check(expression, cel.RUN, "it")
    assert asked == [expression]


@pytest.mark.parametrize(
    ("expression", "line", "column", "shown"),
    [
        ("abc", 1, 1, "abc\n    ^"),
        ("abc", 1, 3, "abc\n      ^"),
        ("abc", 1, 4, "abc\n       ^"),
        ("abc", 1, 9, "abc\n       ^"),
        ("abc", 1, 0, "abc\n       ^"),
        ("abc", 1, None, "abc\n       ^"),
        ("abc", 1, -5, "abc\n    ^"),
        ("abc\nd", None, None, "d\n     ^"),
        ("abc\nd", 1, 2, "abc\n     ^"),
        ("abc\nd", 2, 1, "d\n    ^"),
        ("abc\nd", 7, 1, "d\n    ^"),
        ("abc\nd", -7, 1, "abc\n    ^"),
        ("\ta\tb", 1, 4, " a b\n       ^"),
        ("", None, None, "\n    ^"),
    ],
)
def test_the_place_is_shown_whatever_a_parser_says_of_it(
    expression: str, line: int | None, column: int | None, shown: str
) -> None:
    assert cel._shown(expression, "wrong", line, column) == f"wrong:\n    {shown}"
