"""No expression keeps the engine's loop for long, whatever it asks for and however large the data are."""

from __future__ import annotations

import contextlib
import json
import time
from functools import cache

import pytest

from hatchet.engine import cel
from hatchet.engine.cel import CelFault, Environment
from hatchet.engine.cel.compile import MAX_LENGTH
from hatchet.engine.cel.patterns import matches
from hatchet.engine.cel.values import Meter

TEN = "[0,1,2,3,4,5,6,7,8,9]"
ENDLESS_PATTERN = "'(.*){1,32}x{900}(.*){1,10}$'"

TOO_MUCH = [
    "input.numbers.all(x, !(x in input.numbers2) || true)",
    "input.numbers.all(x, !(x in input.many) || true)",
    "input.numbers.all(x, input.many == input.many2)",
    "input.numbers.all(x, input.map == input.map2)",
    "input.numbers.all(x, input.lists == input.lists2)",
    "input.lists.all(x, x in input.lists2)",
    "input.texts.all(x, x in input.texts2)",
    f"input.long.matches({ENDLESS_PATTERN})",
    "input.ab.matches('(a|b)*a(a|b){200}c')",
    "input.numbers.all(x, input.long.matches('y+z') || true)",
    "input.numbers.all(x, string(x).matches('\\\\\\\\pL{200}' + string(x)) || true)",
    "input.texts.all(x, x.matches('\\\\\\\\pL{30}' + x) || true)",
    "input.numbers.all(x, input.long == input.long + '')",
    "input.numbers.all(x, input.long <= input.long2)",
    "input.numbers.all(x, !input.long.contains('y'))",
    "input.numbers.all(x, input.long.lastIndexOf('xxxy') < 0)",
    "input.long.split('').all(x, x == 'x')",
    "input.numbers.all(x, input.ab.split('a').size() > 1)",
    "input.numbers.all(x, input.ab.replace('a', 'c') != '')",
    "input.numbers.all(x, input.texts.join() != '')",
    "input.numbers.all(x, input.accents.lowerAscii() != input.accents.reverse().trim() + 'a')",
    "input.numbers.all(x, strings.quote(input.accents) != '')",
    "input.numbers.all(x, string(bytes(input.accents)) != '')",
    "'%s'.format([input.numbers]) != ''",
    "'%s'.format([input.map]) != ''",
    "input.numbers.all(x, '%x'.format([input.long]) != '')",
    "input.numbers.all(x, '%.100f'.format([1e308]) != '')",
    "input.percent.format([]) != ''",
    "input.numbers.all(x, int(input.digits) > 0 || true)",
    "input.numbers.all(x, double(input.digits) > 0.0 || true)",
    "input.numbers.all(x, duration(input.digits) > duration('1s') || true)",
    "input.numbers.all(x, timestamp(input.digits) > timestamp(0) || true)",
    "input.numbers.map(x, input.numbers + input.many) == []",
    "input.numbers.map(x, [x, x, x, {'a': x}]) == []",
    "input.numbers.map(a, input.numbers.map(b, [a, b])) == []",
    "input.numbers.filter(x, input.numbers.exists(y, y == -1.0)) == []",
    "".join(f"{TEN}.all({name}, " for name in "abcdefgh") + "true" + ")" * 8,
    f"{TEN}.map(a, {TEN}.map(b, {TEN}.map(c, {TEN}.map(d, input.texts.join() + 'x')))) == []",
]
SOLVABLE = [
    "input.many.size() == 20000 && input.map.size() == 20000",
    "-1.0 in input.numbers || !('zz' in input.texts)",
    "input.many == input.many2",
    "!input.long.matches('y') && !input.long.matches('^[a-w]+$')",
    "!input.long.contains('y') && input.long.startsWith('x') && input.long == input.long2",
    "input.texts.exists(x, x == 'text 5')",
]
HARD_TO_COMPILE = [
    "[" + "[]," * ((MAX_LENGTH - 20) // 3) + "[]] == []",
    "[" + "1," * ((MAX_LENGTH - 20) // 2) + "1] == []",
    "{" + ",".join(f"{number}: [{number}]" for number in range(700)) + "} == {}",
    " || ".join(["input.zz == 1"] * 580),
    "'" + "%s" * 2000 + "'.format([" + "1," * 1999 + "1])",
    "-" * (MAX_LENGTH - 10) + "1 == 1",
    "(" * 4000 + "1" + ")" * 4000,
    "1 + " * 2000 + "1",
    "[1].all(x, " * 500 + "true" + ")" * 500,
    "/" * MAX_LENGTH,
    "'" + "\\\\n" * 4000 + "'",
    "x" * (MAX_LENGTH + 1),
]


@cache
def data() -> dict[str, cel.Value]:
    """Some megabytes in all shapes."""
    made = {
        "numbers": [0] * 100_000,
        "many": [1] * 20_000,
        "lists": [[1, 2, 3]] * 30_000,
        "texts": [f"text {number}" for number in range(50_000)],
        "map": {str(number): 1 for number in range(20_000)},
        "long": "x" * 1_000_000,
        "ab": "ab" * 500_000,
        "accents": "é" * 500_000,
        "percent": "%%" * 400_000,
        "digits": "9" * 1_000_000,
    }
    again = {f"{name}2": value for name, value in made.items()}
    return {"input": cel.json_object(json.dumps({**made, **json.loads(json.dumps(again))}))}


def taken(expression: str) -> float:
    """Seconds of the processor that an expression took."""
    started = time.process_time()
    with contextlib.suppress(CelFault):
        cel.evaluate_bool(expression, Environment.EVENT, data())
    return time.process_time() - started


@pytest.mark.parametrize("expression", TOO_MUCH)
def test_what_would_take_long_is_stopped(expression: str) -> None:
    cel.check(expression, Environment.EVENT)
    with pytest.raises(CelFault, match="takes more than"):
        cel.evaluate_bool(expression, Environment.EVENT, data())
    # Some twenty milliseconds here; without a bound it would be seconds to hours.
    assert taken(expression) < 2


@pytest.mark.parametrize("expression", SOLVABLE)
def test_what_takes_little_is_answered_for_large_data_too(expression: str) -> None:
    assert cel.evaluate_bool(expression, Environment.EVENT, data()) is True


@pytest.mark.parametrize("expression", HARD_TO_COMPILE, ids=lambda text: text[:20])
def test_compiling_takes_no_longer_either(expression: str) -> None:
    assert taken(expression) < 2


def test_no_alternative_makes_up_for_an_evaluation_that_takes_too_long() -> None:
    with pytest.raises(CelFault, match="takes more than"):
        cel.evaluate_bool("input.numbers.all(x, input.many == input.many2) || true", Environment.EVENT, data())


def test_data_that_are_nested_too_deeply_are_a_fault() -> None:
    with pytest.raises(CelFault, match="nested too deeply"):
        cel.json_object('{"a":' + "[" * 50_000 + "]" * 50_000 + "}")


@pytest.mark.parametrize(
    ("text", "steps"),
    [("a" * 600, 10), ("é" * 600, 40), ("a" * 599 + "é", 40), ("a" * 59, 0), ("a" * 60, 1), ("é" * 15, 1), ("", 0)],
)
def test_a_text_beyond_ascii_costs_four_bytes_a_letter(text: str, steps: int) -> None:
    meter = Meter()
    matches(meter, text, "b")
    before = meter.left
    matches(meter, text, "b")  # compiled by now
    assert before - meter.left == steps + len("b")
