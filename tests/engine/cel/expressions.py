"""Expressions that use everything: operators, functions, literals, reserved words and refusals, of each kind."""

from __future__ import annotations

import itertools

from hatchet.engine.cel.environments import Environment

INPUT = (
    '{"n": 7, "f": 2.5, "s": "text", "t": true, "z": null, "l": [1, 2, 3], "m": {"a": 1}, "w": "a,b,c",'
    ' "many": [' + "1," * 99 + '1], "long": "' + "x" * 3000 + '", "e": "é"}'
)

LITERALS = [
    "1", "0", "-7", "2u", "0u", "1.5", "-0.0", "true", "false", "'a'", "''", "b'a'", "null", "[1]", "['a']", "[]",
    "{'a': 1}", "{1: 'a'}", "{}", "timestamp(0)", "duration('1s')", "duration('-1500ms')", "int", "type(1)", "input.n",
    "input", "input.z", "dyn(1)",
]  # fmt: skip
BINARY = ["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "in", "&&", "||"]
PAIRS = [
    ("7", "2"), ("-7", "2"), ("7", "-2"), ("7", "0"), ("7u", "2u"), ("2u", "7u"), ("7.0", "2.0"), ("7.0", "0.0"),
    ("-7.0", "0.0"), ("0.0", "0.0"), ("'a'", "'b'"), ("'b'", "'a'"), ("b'a'", "b'b'"), ("[1]", "[2]"),
    ("true", "false"), ("duration('1s')", "duration('2s')"), ("timestamp(0)", "timestamp(1)"),
    ("timestamp(1)", "duration('1s')"), ("duration('1s')", "timestamp(1)"), ("1", "1.0"), ("'a'", "['a']"),
    ("null", "null"), ("{}", "{}"), ("1", "[1, 2]"), ("9223372036854775807", "1"), ("-9223372036854775808", "-1"),
    ("18446744073709551615u", "1u"), ("1e308", "10.0"), ("dyn(1)", "1.0"), ("dyn(1)", "1u"), ("dyn(2u)", "1.5"),
    ("dyn(-1)", "1u"), ("dyn('a')", "1"), ("dyn(9223372036854775807)", "9223372036854775807.0"),
    ("dyn(18446744073709551615u)", "-1.0"), ("double('NaN')", "1.0"), ("1.0", "double('NaN')"), ("dyn(true)", "1"),
]  # fmt: skip
CONVERSIONS = ["int", "uint", "double", "bool", "string", "bytes", "timestamp", "duration", "dyn", "type", "size"]
CONVERTED = [
    "'1'", "'t'", "'T'", "'TRUE'", "'true'", "'True'", "'tRUE'", "'0'", "'f'", "'F'", "'FALSE'", "'false'", "'False'",
    "''", "'+1'", "'-1'", "' 1'", "'1.5'", "'1_000.5'", "'1e3'", "'inf'", "'-Infinity'", "'nan'", "'0x1p4'",
    "'0x.8p1'", "'9223372036854775807'", "'9223372036854775808'", "'-9223372036854775808'", "'18446744073709551615'",
    "'18446744073709551616'", "0.0", "-0.5", "0.9", "2.5", "9223372036854775807.0", "-9223372036854775808.0", "1e19",
    "18446744073709551615.0", "1e100", "-1.0", "100000.0", "999999.0", "1000000.0", "0.0001", "0.00001", "123456.5",
    "1234567.5", "b'\\xff'", "b'\\xc3\\xa9'", "253402300799", "253402300800", "-62135596800", "-62135596801",
    "timestamp('2024-02-29T12:34:56.5+01:30')", "timestamp('1969-12-31T23:59:59.5Z')", "duration('90.5s')",
    "duration('-1ns')", "18446744073709551615u", "9223372036854775808u", "[1, 2]", "{'a': 1}", "'é'", "b'é'",
]  # fmt: skip
MOMENTS = [
    "2024-01-02T03:04:05Z", "2024-01-02T03:04:05.123456789Z", "2024-01-02T03:04:05,5Z", "2024-01-02T3:04:05Z",
    "2024-01-02T03:04:05+24:00", "2024-01-02T03:04:05+25:00", "2024-01-02T03:04:05+01:60", "2024-01-02T03:04:05+01:61",
    "2024-01-02T03:04:05-00:30", "2024-01-02T24:00:00Z", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
    "0000-12-31T23:59:59Z", "0000-12-31T23:59:59-01:00", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999999999Z",
    "9999-12-31T23:59:59-00:01", "2024-01-02", "x" * 199, "x" * 200, "x" * 201,
]  # fmt: skip
SPANS = [
    "1ns", "1us", "1µs", "1μs", "1ms", "1s", "1m", "1h", "0", "+0", "-0", "1.5h", ".5s", "1.s", "1h1m1s1ms1us1ns",
    "-1h", "+1h", "1", "1d", "", "9223372036s", "9223372036.854775807s", "9223372036.854775808s",
    "-9223372036.854775808s", "1.0000000001s", "x" * 201,
]  # fmt: skip
ZONES = [
    "", "UTC", "Europe/Berlin", "Nowhere/City", "+02:30", "-02:30", "02:30", "-00:30", "+01:59", "+01:60", "+1:5",
    "+12345:00", "+१:00", "a:b", "+01:", "+01:-1",
]  # fmt: skip
PARTS = [
    "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes",
    "getSeconds", "getMilliseconds",
]  # fmt: skip
VERBS = ["%s", "%d", "%f", "%.0f", "%.3f", "%e", "%.1e", "%x", "%X", "%o", "%b", "%%", "%q", "%", "%.", "%.101f"]
FORMATTED = [
    "1", "-255", "255u", "2.5", "-0.0", "1e21", "double('NaN')", "double('inf')", "double('-inf')", "true", "'hi'",
    "b'hi'", "null", "[1, 'a', null, 2.0]", "{'b': 1, 'a': [2]}", "timestamp(0)", "duration('1.5s')", "int", "input.n",
    "input.s", "input.z", "input.l", "input.m", "input.many", "[]", "{}",
]  # fmt: skip
MEMBERS = [
    "'abcabc'.contains('bc')", "'abcabc'.contains('x')", "'abc'.startsWith('ab')", "'abc'.startsWith('b')",
    "'abc'.endsWith('bc')", "'abc'.endsWith('b')", "'abc'.matches('b')", "'abc'.matches('x')", "'abc'.size()",
    "'abc'.charAt(0)", "'abc'.charAt(2)", "'abc'.charAt(3)", "'abc'.charAt(4)", "'abc'.charAt(-1)",
    "'abcabc'.indexOf('c')", "'abcabc'.indexOf('c', 2)", "'abcabc'.indexOf('c', 3)", "'abcabc'.indexOf('c', 6)",
    "'abcabc'.indexOf('', 6)", "'abcabc'.indexOf('', 7)", "'abcabc'.indexOf('c', -1)", "'abcabc'.lastIndexOf('c')",
    "'abcabc'.lastIndexOf('c', 5)", "'abcabc'.lastIndexOf('c', 4)", "'abcabc'.lastIndexOf('c', 6)",
    "'abcabc'.lastIndexOf('', 2)", "'abcabc'.lastIndexOf('', 7)", "'abcabc'.lastIndexOf('c', -1)",
    "'abcabc'.lastIndexOf('')", "'abc'.substring(0)", "'abc'.substring(3)", "'abc'.substring(4)",
    "'abc'.substring(-1)", "'abc'.substring(1, 1)", "'abc'.substring(1, 3)", "'abc'.substring(1, 4)",
    "'abc'.substring(0, -1)", "'abc'.substring(3, 2)", "'abc'.substring(4, 4)", "'abc'.substring(0, 3)",
    "'abc'.substring(0, 0)", "'abc'.substring(-1, -2)",
    "'abc'.substring(2, 1)", "'abc'.substring(4, 3)", "'aaa'.replace('a', 'b')", "'aaa'.replace('a', 'b', 0)",
    "'aaa'.replace('a', 'b', 2)", "'aaa'.replace('a', 'b', -1)", "'aaa'.replace('a', 'b', 9)",
    "'aaa'.replace('', '-')", "'a,b,c'.split(',')", "'a,b,c'.split(',', 0)", "'a,b,c'.split(',', 1)",
    "'a,b,c'.split(',', 2)", "'a,b,c'.split(',', 3)", "'a,b,c'.split(',', -1)", "'abc'.split('')",
    "'abc'.split('', 1)", "'abc'.split('', 2)", "'abc'.split('', 3)", "'abc'.split('', 4)", "['a', 'b'].join()",
    "['a', 'b'].join('-')", "[].join('-')", "dyn([1]).join()", "dyn(['a', 1]).join('-')", "'AbÉ'.lowerAscii()",
    "'AbÉ'.upperAscii()", "' \\t\\u3000a '.trim()", "'abc'.reverse()",
    "strings.quote('a\\a\\b\\f\\n\\r\\t\\v\\\\\"é')", "input.s.size()", "input.l.size()", "input.m.size()",
    "input.n.size()", "input.long.contains('y')", "input.long + input.long == ''", "input.many + input.many == []",
    "input.long.replace('x', 'yy') == ''", "input.many.size() == 100", "input.many == input.many", "5 in input.many",
    "1 in input.many", "'x' in input.many", "[1] in input.l", "input.long == input.long + ''",
    "input.long < input.long", "input.long.split('').size()", "input.w.split(',').join('+')", "input.m == input.m",
    "input.m == {'a': 1.0}", "input.m == {'a': 2.0}", "input.m == {'b': 1.0}", "bytes(input.long) == b''",
    "size(bytes(input.e))",
]  # fmt: skip
MACROS = [
    "[1, 2].all(x, x > 0)", "[1, 2].all(x, x > 1)", "[].all(x, false)", "[1, 2].exists(x, x > 1)",
    "[1, 2].exists(x, x > 2)", "[].exists(x, true)", "[1, 2].exists_one(x, x > 1)", "[1, 2].exists_one(x, x > 0)",
    "[1, 2].exists_one(x, x > 2)", "[1, 2].map(x, x * 2)", "[1, 2].map(x, x > 1, x * 2)", "[1, 2].filter(x, x > 1)",
    "{'a': 1}.map(k, k)", "{'a': 1}.all(k, k == 'a')", "input.m.filter(k, k == 'a')", "input.l.map(x, x > 1.0, x)",
    "[1].map(x, 1, x)", "[1].filter(x, 1)", "[1].all(x, 1)", "[1].exists(x, 'a')", "[1].exists_one(x, null)",
    "[1].map(x)", "[1].map(x, true, x, x)", "[1].all(x)", "[1].all(x, true, true)", "[1].foo(x, true)",
    "1.all(x, true)", "'a'.map(x, x)", "[1].all(1, true)", "[1].all(.x, true)", "[1].all(x.y, true)",
    "[1].all(x, [2].all(x, x == 2))", "[1].all(x, .x == 1)", "[1].all(input, .input.n == 7.0)",
    "[1].all(input, input == 1)", "[1].all(x, x < 2.5)", "[[]].all(x, x == [])", "input.n.all(x, true)",
    "[1, 0].all(x, 1 / x > 0)", "[0, 1].exists(x, 1 / x > 0)", "[0, 1].map(x, 1 / x)", "[1, 'a'].map(x, x)",
    "[{}].map(x, x.a)", "input.l.map(x, y)", "[dyn(1)].map(x, x.a.b)", "input.many.map(x, x).size()",
    "input.many.all(x, input.many.all(y, x == y))",
]  # fmt: skip
WORDS = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
    "namespace", "return", "var", "void", "while", "in", "true", "false", "null", "lets",
]  # fmt: skip
ODD = [
    "has(input.s)", "has(input.x)", "has(input.m.a)", "has(input.m.b)", "has(input.n.x)", "has(input.l.x)",
    "has(input)", "has()", "has(input.a, input.b)", "has(1)", "has('a'.b)", "has({'a': 1}.a)", "has({'a': 1}.b)",
    "has(input.x.y)", "input.x", "input.s.x", "input.m.a", "input.m['a']", "input.m[1]", "input.l[0]", "input.l[3]",
    "input.l[-1]", "input.l[1.0]", "input.l[1.5]", "input.l['a']", "input.s[0]", "[1][0]", "[1][1]", "[1]['a']",
    "{'a': 1}['a']", "{'a': 1}['b']", "{1: 2}[1]", "{1: 2}[2]", "{true: 1}[true]", "{1: 'i', 1u: 'u', true: 't'}[1]",
    "{1: 'i', 1u: 'u', true: 't'}[1u]", "{1: 'i', 1u: 'u', true: 't'}[true]", "{1: 'i', 2u: 'u'}[dyn(2.0)]",
    "{1: 1, 1: 2}", "{[1]: 1}", "{dyn([1]): 1}", "{dyn(b'a'): 1}", "{'a': 1}[dyn([1])]", "{'a': 1}[dyn(1.5)]",
    "1 in {1: 2}", "2 in {1: 2}", "dyn(1.0) in {1: 2}", "dyn(true) in {1: 2}", "dyn(1) in {true: 2}",
    "dyn('1') in {1: 2}", "true ? 1 : 2", "false ? 1 : 2", "true ? 1 : 'a'", "1 ? 2 : 3", "input.n ? 1 : 2",
    "input.t ? input.x : 2", "true ? [] : [1]", "true ? dyn(1) : 'a'", "true || input.x", "input.x || true",
    "false && input.x", "input.x && false", "input.x || false", "input.x && true", "input.n || true",
    "input.n || false", "1 || true", "true && 'a'", "false || false || true", "true && true && false", "!true",
    "!!true", "!1", "!input.n", "!input.t", "--1", "-(-1)", "- 1", "-'a'", "-1u", "-input.n", "1 + 2 * 3",
    "(1 + 2) * 3", "10 - 3 - 2", "2 * 3 % 4", "1 + 2 == 3 && 4 > 3", "1 < 2 == true", "true ? false ? 1 : 2 : 3",
    "1 +", "(1", "[1", "{'a' 1}", "{'a':}", "1 2", "", " ", "a b", ".", "..", "a.", "a.1", "a..b", "1 = 1", "a & b",
    "a | b", "'a", '"a', "'''a'''", '"""a\nb"""', "'a\nb'", "r'\\n'", "R'a'", "b'\\x41'", "B'a'", "br'\\n'",
    "b'\\u0041'", "b'\\400'", "'\\x41\\u0042\\U00000043\\104'", "'\\U00110000'", "'\\ud800'", "'\\q'", "'\\8'",
    "'\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\\"\\`\\?'", "b'\\a\\b\\f\\n\\r\\t\\v'", "0x1F", "0x1Fu", "-0x1F",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615u", "18446744073709551616u", "1" * 41, "1e308", "1e309", "1.5e3", "1e+2", "1e-2", ".5", "1.",
    "1.0.0", "1uu", "input.`s`", "input.`a-b`", "`input`", "input.`a b/c.d`", "input.s // a remark", "// a remark",
    "input . s", "input\n.s", ".input.s", "google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf",
    "type(timestamp(0)) == google.protobuf.Timestamp", "type([]) == list", "type({}) == map",
    "type(null) == null_type", "type(1u) == uint", "type(b'') == bytes", "type('') == string", "type(1.0) == double",
    "type(true) == bool", "type(int) == type", "missing", "missing.a", "missing()", "input.missing()", "size()",
    "size(1)", "size('a', 'b')", "int()", "checksum('a')", "'a'.checksum()", "strings.quote(1)", "strings.foo('a')",
    "strings", "parents", "parents.a", "payload", "payload.a", "output", "output.a", "headers", "headers['a']",
    "headers.a", "event_id", "event_key", "workflow_run_id", "additional_metadata", "additional_metadata.a",
    "'a'.lowerAscii()", "'%s'.format([1])", "'%s %s'.format([1])", "'%s'.format([1, 2])", "'%s'.format(1)",
    "'%s'.format([input.x])", "'%d'.format([[]])", "'%d'.format(['a'])", "'%s'.format([])", "input.s.format([])",
    "'%d'.format(input.l)", "1.format([])", "[1, 2] + [3]", "[1] + ['a']", "[] + [1]", "[1, 'a']", "[1, dyn('a')]",
    "[1, null]", "[timestamp(0), null]", "[[], [1]]", "[[1], []]", "[{}, {'a': 1}]", "{'a': 1, 'b': 'c'}",
    "{'a': [], 'b': [1]}", "[int, string]", "[1, 1.0]", "[[1], ['a']]", "[type(1), type('a')]", "[dyn(1), 'a']",
    "[[dyn(1)], [1]]", "[[dyn(1)], [1]][1][0] == 'a'", "[[1], [dyn(1)]][0][0] == 'a'", "[[dyn(1)], ['a']][0][0] == 'a'",
    "true ? [dyn(1)] : ['a']", "(true ? [1] : [dyn(1)])[0] == 'a'", "(true ? {'a': dyn(1)} : {'a': 'b'}).a == 1",
    "[[], [dyn(1)], ['a']]", "[{}, {'a': dyn(1)}, {'a': 'b'}][1].a == 1", "[[1]] == [[dyn(1)]]", "[[[1]], [[dyn(1)]]]",
    "[[type(1)], [type('a')]]", "[[int], [dyn(1)]]", "[['a'], [input.s], [1]]", "[input.l, [1]][1][0] == 'a'",
    "[[1], input.l][0][0] == 'a'",
    "{dyn(1): 1, 'a': 2}", "[1, 2,]", "[,]", "{'a': 1,}", "{,}", "size('a',)",
    "timestamp('2024-01-02T03:04:05Z').getHours(1)", "timestamp(0).getHours('UTC', 'UTC')",
    "duration('1h').getHours('UTC')", "duration('1h').getDate()", "timestamp(0) + timestamp(0)",
    "timestamp('9999-12-31T23:59:59Z') + duration('1s')", "timestamp('0001-01-01T00:00:00Z') - duration('1s')",
    "timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')",
    "duration('9223372036s') + duration('1s')", "duration('-9223372036s') - duration('1s')",
    "timestamp('2024-01-02T03:04:05+02:00') + duration('1s')",
    "timestamp('2024-01-02T03:04:05+02:00') - duration('1s')", "9223372036854775807 * 2", "-9223372036854775808 / -1",
    "-9223372036854775808 % -1", "0u - 1u", "2u * 9223372036854775808u", "1 % 0", "1u / 0u", "1u % 0u",
    "input.n / 0.0", "input.n % 2.0", "input.n + 1", "input.s + 1", "input.s + input.n", "input.l + input.l",
    "input.l + [4.0]", "'a' * 2", "'%.100f'.format([1.5])", "'%.099f'.format([1.5])", "'%.0100f'.format([1.5])",
    "'%.1000f'.format([1.5])", "'%.12345678901f'.format([1.5])", "'%x'.format([input.long]).size()",
    "'%x'.format([bytes(input.long)]).size()", "'%s'.format([bytes(input.long)]).size()", "'%s%d'.format(['a', 1])",
    "(" * 80 + "1" + ")" * 80, "(" * 81 + "1" + ")" * 81, "-" * 79 + "1",
    "1" + " + 1" * 79, "1" + " + 1" * 250, "[" * 81, "input.s.matches('t.x')", "input.s.matches('(')",
    "input.e.matches('^.$')", "input.s.matches('\\\\C')", "input.s.matches(input.s)", "matches('a', 'a')",
]  # fmt: skip


def expressions() -> list[str]:
    """All of them, each once."""
    found = [f"{one} {sign} {other}" for (one, other), sign in itertools.product(PAIRS, BINARY)]
    found += [f"!({each})" for each in LITERALS] + [f"-({each})" for each in LITERALS]
    found += [f"{each}.x" for each in LITERALS] + [f"({each})[0]" for each in LITERALS] + LITERALS
    found += [f"{name}({each})" for name, each in itertools.product(CONVERSIONS, CONVERTED)]
    found += [f"string(timestamp('{each}'))" for each in MOMENTS] + [f"int(duration('{each}'))" for each in SPANS]
    found += [f"string(duration('{each}'))" for each in SPANS]
    found += [
        f"timestamp('2023-12-31T23:45:06.789Z').{part}('{zone}')" for part, zone in itertools.product(PARTS, ZONES)
    ]
    found += [f"duration('-26h3m4s567ms').{part}()" for part in PARTS]
    found += [f"timestamp('{year}-12-31T23:30:00Z').getFullYear('+01:00')" for year in ("0001", "2000", "9999")]
    found += [f"timestamp('{year}-01-01T00:00:00Z').getFullYear('-01:00')" for year in ("0001", "2000", "9999")]
    found += [f"'{verb}'.format([{each}])" for verb, each in itertools.product(VERBS, FORMATTED)]
    found += [f"(input.s + '{verb}').format([{each}])" for verb, each in itertools.product(VERBS, FORMATTED[-8:])]
    found += [f"{word} == 1" for word in WORDS] + [f"input.{word}" for word in WORDS]
    return list(dict.fromkeys([*found, *MEMBERS, *MACROS, *ODD]))


NAMES_OF = {
    Environment.WORKFLOW: ("input", "additional_metadata", "workflow_run_id"),
    Environment.TASK: ("input", "additional_metadata", "parents", "workflow_run_id"),
    Environment.EVENT: ("input", "additional_metadata", "payload", "event_id", "event_key"),
    Environment.CONDITION: ("input", "output"),
    Environment.WEBHOOK: ("input", "headers"),
}
