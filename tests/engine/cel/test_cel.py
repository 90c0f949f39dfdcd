"""Expressions: what they give, what they are refused for. The table holds what the real engine answers."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import NoReturn

import pytest

from hatchet.engine import cel
from hatchet.engine.cel import CelFault, CompileFault, Environment, compile, vocabularies
from hatchet.engine.cel.program import Frame

NAMES: dict[str, cel.Value] = {
    "input": cel.json_object(
        json.dumps(
            {"n": 1, "big": 1234567, "f": 2.5, "s": "Hello, World", "b": True, "l": [1, 2, 3], "z": None}
        ).removesuffix("}")
        + ', "m": {"a": {"b": "c"}}}'
    ),
    "additional_metadata": cel.json_object('{"k": "v", "num": 3}'),
    "payload": cel.json_object('{"p": 1}'),
    "event_id": "6f6e",
    "event_key": "order:paid",
}

TRUE = r"""
input.n == 1
input.n == 1.0
input.n + 1.0 == 2.0
-input.n == -1.0
string(input.n) == "1"
string(3.0) == "3"
string(2.5) == "2.5"
string(input.big) == "1.234567e+06"
string(0.00001) == "1e-05"
"%s".format([input.big]) == "1234567"
input.n < 2
input.n in input.l
"a" in input.m
input.m.a.b == "c" && input.m["a"]["b"] == "c"
has(input.m.a) && !has(input.missing) && !has(input.n.x)
input.missing == 1 || true
!(input.missing == 1 && false)
input.b ? input.n == 1 : input.missing
input.s.contains("World") && input.s.startsWith("Hello") && !input.s.endsWith("x")
input.s.matches("^H.*d$")
size(input.l) == 3 && input.s.size() == 12
input.l.all(x, x > 0) && input.l.exists(x, x == 2) && input.l.exists_one(x, x == 2)
input.l.exists(x, x == 1 || x.foo)
input.l.map(x, x * 2.0) == [2.0, 4.0, 6.0]
input.l.map(x, x > 1, x) == [2.0, 3.0] && input.l.filter(x, x > 1) == [2.0, 3.0]
input.m.all(k, k == "a")
input.l[0] == 1
input.z == null && input.s != null
1 == dyn(1.0) && !(dyn(1) == "a")
payload.p == 1 && additional_metadata.num > 2 && event_key == "order:paid"
input.s.lowerAscii() == "hello, world" && input.s.upperAscii() == "HELLO, WORLD"
input.s.charAt(1) == "e" && input.s.charAt(12) == ""
input.s.indexOf("o") == 4 && input.s.indexOf("o", 5) == 8 && input.s.lastIndexOf("o", 7) == 4
input.s.replace("l", "L", 1) == "HeLlo, World"
input.s.split(", ") == ["Hello", "World"] && input.s.split("", 2) == ["H", "ello, World"]
input.s.substring(7) == "World" && input.s.substring(0, 5) == "Hello"
" x ".trim() == "x" && "abc".reverse() == "cba" && ["a", "b"].join("-") == "a-b"
"%s-%d-%.2f-%x-%X-%b-%o".format([input.s, 3, 2.5, 255, "hi", 5, 8]) == "Hello, World-3-2.50-ff-6869-101-10"
"%s %s".format([[1, "a", null], {"b": 1, "a": 2}]) == '[1, a, null] {a: 2, b: 1}'
"%e".format([1234.5]) == "1.234500e+03"
strings.quote("a\"b\n") == "\"a\\\"b\\n\""
int(2.9) == 2 && int("12") == 12 && double("1.5") == 1.5 && uint(3) == 3u && bool("true")
7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1 && 1.0 / 0.0 > 1.0
type(1) == int && type(input.n) == double && type("a") == string
timestamp("2024-01-02T03:04:05Z").getHours("+02:00") == 5
timestamp("2024-01-02T03:04:05Z") + duration("1h") == timestamp("2024-01-02T04:04:05Z")
string(duration("90.5s")) == "90.5s" && duration("1h").getMinutes() == 60
string(timestamp("2024-01-02T03:04:05.5Z")) == "2024-01-02T03:04:05.5Z"
b"abc" == bytes("abc") && r"a\b" == "a\\b" && "\x41\u0042\103" == "ABC"
{"a": 1}.a == 1 && {1: "x"}[1] == "x" && [1, 2] + [3] == [1, 2, 3]
"é".size() == 1
1 -1 == 0
"%d%%".format([50]) == "50%" && "100%%".format([]) == "100%"
{"a": 1, "b": 2} != {"a": 1, "b": 3} && {"a": 1} != {"a": 1, "b": 2} && {"a": dyn(1)} == {"a": 1.0}
{true: "t", 1: "one"}[1] == "one" && {true: "t", 1: "one"}[true] == "t" && !(dyn(1) in {true: "t"})
timestamp("2024-01-02T03:04:05.123456789Z") + duration("1ns") == timestamp("2024-01-02T03:04:05.12345679Z")
string(timestamp("2024-01-02T03:04:05+02:00")) == "2024-01-02T03:04:05+02:00"
timestamp("2024-01-02T03:04:05+02:00").getHours() == 1 && timestamp(0).getDayOfWeek() == 4
timestamp("2024-07-01T22:00:00Z").getDate("Europe/Berlin") == 2 && timestamp(0).getHours("-02:30") == 21
timestamp("9999-12-31T23:59:59Z").getFullYear("+01:00") == 10000
duration("-1.5s").getMilliseconds() == -1500 && int(duration("1s")) == 1000000000
string(duration("1ns")) == "0.000000001s" && duration("1h1m1s1ms1us1ns") > duration("61m")
dyn(9007199254740993) == 9007199254740992.0 && dyn(-1) < 0u && !(0.0 / 0.0 == 0.0 / 0.0)
null in [null] && [1] in dyn([[1.0]]) && !(1.0 in [dyn(true)]) && timestamp(0) != null
b"\xff\377" == b'\xFF\XfF' && size(b"\303\251") == 2 && "\u00e9" == "é"
'''a'b"c''' == "a'b\"c" && r"\n" == "\\n"
{"a-b": 1}.`a-b` == 1 && has({"a-b": 1}.`a-b`)
"abc".indexOf("c", 30) == -1 && "abc".lastIndexOf("", 9) == 3 && "ÀÉ Z".lowerAscii() == "ÀÉ z"
"é".matches("^.$") && "Ab".matches("(?i)^aB$") && "a\nb".matches("(?m)a$") && !"a\nb".matches("a$")
[1].all(x, x < 2.5) && [1, 2].map(x, x * 2) == [2, 4] && !!true && - 1 == -1
type(type(1)) == type && google.protobuf.Timestamp == type(timestamp(0)) && type(null) == null_type
""".strip().splitlines()

FAULTY = r"""
input.n + 1 == 2
input.missing == 1
input.missing == 1 || false
has(input.missing.x)
input.n ? true : false
input.b && input.s
input.s.matches("(")
input.l[5] == 1
input.s.charAt(100) == "e"
dyn([1]).join() == "1"
(input.s + "%s %s").format(["a"]) == ""
(input.s + "%q").format([8]) == ""
"%d".format([input.s]) == ""
int("9223372036854775808") == 0
uint("-1") == 0u
double("1.2.3") == 0.0
bool("yes")
timestamp("2024-02-30T00:00:00Z") == timestamp(0)
timestamp("0000-12-31T23:59:59Z") == timestamp(0)
timestamp("9999-12-31T23:59:59Z") + duration("1s") == timestamp(0)
timestamp("2024-01-02T03:04:05Z").getHours("Nowhere/Else") == 5
timestamp("2024-01-02T03:04:05Z").getHours("+01:60") == 5
duration("1d") == duration("24h")
duration("9223372037s") == duration("1s")
int(1e19) == 0
uint(-1.0) == 0u
string(b"\xff") == ""
input.s.matches("(?<=a)b")
checksum("a") == "x"
int("x") == 12
9223372036854775807 + 1 == 0
1u - 2u == 0u
1 / 0 == 0
string(input.l) == ""
input.l.exists(x, x.foo == 1)
input.s
""".strip().splitlines()

UNCOMPILABLE = r"""
1 == 1.0
1 < 2.0
1 == "a"
input == "x"
"a" + 1
event_key + 1
undefined == 1
parents.x == 1
foo(1)
input.foo()
has(input)
"a".checksum() == "x"
9223372036854775808 == 0
"\q" == "a"
[1] == [1.0]
[1] < [2]
[1].join() == "1"
"%s %s".format(["a"]) == ""
"%s".format(["a", "b"]) == ""
"%d".format(["a"]) == ""
"%q".format([8]) == ""
"%.f".format([8]) == ""
"\400" == "a"
"\ud800" == "a"
b"\u00e9" == b"a"
--9223372036854775808 == 0
1e999 == 1.0
input.in == 1
a.b.c == 1
{"a": 1}.b.c == 1
timestamp("2024-01-02T03:04:05Z") == "a"
duration("1s") * 2 == duration("2s")
1 +
(1
"a" in "abc"
1.0 in [1, 2]
1 in input
input[1] == 2
input.all(k, k == 1)
input.s.split(",").all(x, x == 1)
input.n < [1]
true ? 1 : "a"
input.b && "a"
!1
[1, 2].all(1, true)
input.l.map(x, y) == []
if == 1
""".strip().splitlines()


@pytest.mark.parametrize("expression", TRUE)
def test_an_expression_holds(expression: str) -> None:
    assert cel.evaluate_bool(expression, Environment.EVENT, NAMES) is True


@pytest.mark.parametrize("expression", FAULTY)
def test_an_expression_that_compiles_may_fail_on_its_data(expression: str) -> None:
    cel.check(expression, Environment.EVENT)
    with pytest.raises(CelFault):
        cel.evaluate_bool(expression, Environment.EVENT, NAMES)


@pytest.mark.parametrize("expression", UNCOMPILABLE)
def test_a_wrong_expression_does_not_compile(expression: str) -> None:
    with pytest.raises(CompileFault, match=r"ERROR: <input>:1:"):
        cel.check(expression, Environment.EVENT)


def test_a_fault_names_its_place() -> None:
    with pytest.raises(CompileFault) as caught:
        cel.check("input.a == missing", Environment.WORKFLOW)
    assert str(caught.value) == (
        "ERROR: <input>:1:12: undeclared reference to 'missing' (in container '')\n"
        " | input.a == missing\n | ...........^"
    )


def test_each_environment_has_its_own_names() -> None:
    cel.check("workflow_run_id + additional_metadata.k", Environment.WORKFLOW)
    cel.check("parents.first.id", Environment.TASK)
    cel.check("output.ok && input.ok", Environment.CONDITION)
    assert cel.check("headers['x']", Environment.WEBHOOK) == "string"
    for expression, environment in (
        ("parents.first.id", Environment.WORKFLOW),
        ("payload.p", Environment.WORKFLOW),
        ("workflow_run_id", Environment.EVENT),
        ("'a'.lowerAscii()", Environment.CONDITION),
        ("'a'.lowerAscii()", Environment.WEBHOOK),
    ):
        with pytest.raises(CompileFault, match="undeclared reference"):
            cel.check(expression, environment)


def test_the_workflow_environment_computes_checksums() -> None:
    expected = "97e9269cd0514f864e6be9157998464c94776ebc7f669b449f581abdad4035f5"
    names: dict[str, cel.Value] = {"input": cel.json_object('{"v": "checksum this"}')}
    for expression in ("checksum(input.v)", "input.v.checksum()"):
        assert cel.evaluate_str(expression, Environment.WORKFLOW, names) == expected


def test_the_result_must_have_the_wanted_type() -> None:
    names: dict[str, cel.Value] = {"input": cel.json_object('{"n": 2.9, "s": "a", "b": true}')}
    assert cel.evaluate_int("input.n", Environment.WORKFLOW, names) == 2
    assert cel.evaluate_int("3", Environment.WORKFLOW, names) == 3
    with pytest.raises(CelFault, match="must evaluate to an integer: got string"):
        cel.evaluate_int("input.s", Environment.WORKFLOW, names)
    with pytest.raises(CelFault, match="must evaluate to an integer: got bool"):
        cel.evaluate_int("input.b", Environment.WORKFLOW, names)
    with pytest.raises(CelFault, match="must evaluate to a string: got double"):
        cel.evaluate_str("input.n", Environment.WORKFLOW, names)
    with pytest.raises(CelFault, match="did not evaluate to a boolean: got string"):
        cel.evaluate_bool("input.s", Environment.WORKFLOW, names)


def test_the_static_type_is_known_where_it_does_not_depend_on_data() -> None:
    assert cel.check("input.n", Environment.WORKFLOW) == "dyn"
    assert cel.check("'a' + input.s", Environment.WORKFLOW) == "string"
    assert cel.check("input.n == 1 ? 5 : 1", Environment.WORKFLOW) == "int"
    assert cel.check("size(input.l)", Environment.WORKFLOW) == "int"


def test_lines_of_a_text_end_alike() -> None:
    assert cel.evaluate_bool('"""a\r\nb\rc""" == "a\\nb\\nc"', Environment.EVENT, NAMES)


def test_importing_the_engine_loads_nothing_for_expressions() -> None:
    code = "import hatchet.engine.server, sys; assert not {'re2', 'hatchet.engine.cel.compile'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7", 7),
        ("-7", -7),
        ("''", ""),
        ("'text'", "text"),
        ('"it\'s"', "it's"),
        ("input.user", "ada"),
        ("input.a.b", 1),
        ("additional_metadata.k", "v"),
        ("input.user + ''", None),
        ("input.in", None),
        ("input.a['b']", None),
        ("workflow_run_id", None),
        ("'a\\n'", None),
        ("1.5", None),
    ],
)
def test_a_literal_and_a_path_into_an_object_need_no_parser(
    expression: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Parsed(Exception):
        pass

    def parse(text: str) -> NoReturn:
        raise Parsed

    monkeypatch.setattr(compile, "parse", parse)
    names: dict[str, cel.Value] = {
        "input": cel.json_object('{"user": "ada", "a": {"b": 1}}'),
        "additional_metadata": cel.json_object('{"k": "v"}'),
    }
    try:
        typed = vocabularies.compiled(expression, "WORKFLOW")
    except Parsed:
        assert value is None
    else:
        assert typed.run(Frame(names)) == value
