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
