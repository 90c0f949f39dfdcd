"""Each way in which a setting is read: what is taken, the exact words for what is not, and where it came from."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from hatchet import ConfigError
from hatchet._settings import Sources, unknown_option, variable


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def given(value: object) -> Sources:
    return Sources({"x": value}, outside=False)


def refused(error: ConfigError, problem: str, remedy: str) -> bool:
    return str(error) == str(ConfigError(variable("x"), problem, source="an argument of ClientConfig", remedy=remedy))


@pytest.mark.parametrize(
    ("kind", "default", "value", "read"),
    [
        ("flag", True, None, True), ("flag", False, None, False), ("flag", False, True, True),
        ("flag", True, False, False), *(("flag", False, each, True) for each in ("true", "1", " Yes ", "ON", 1)),
        *(("flag", True, each, False) for each in ("False", "0", "no", " off ", "", 0)),
        ("number", 7, None, 7), ("number", 7, "1", 1), ("number", 7, 1, 1), ("number", 7, 2.0, 2),
        ("number", 7, " 3 ", 3),
        ("seconds", 1.5, None, 1.5), ("seconds", 1.5, "5", 5.0), ("seconds", 1.5, " 0.5s ", 0.5),
        ("seconds", 1.5, 2, 2.0), ("seconds", 1.5, "10.25", 10.25),
    ],
)  # fmt: skip
def test_what_is_taken(kind: str, default: Any, value: object, read: object) -> None:
    found = getattr(given(value), kind)("x", default)
    assert (found, type(found)) == (read, type(read))


NO_NUMBERS: list[object] = ["4MB", "", 1.5, math.inf, math.nan, [], object]
NO_SECONDS: list[object] = ["", "0", "0.0s", "-1", "5m", "5.", ".5", "1e3", "5ss", 0]


@pytest.mark.parametrize(
    ("kind", "value", "problem", "remedy"),
    [
        ("flag", "maybe", "'maybe' is neither true nor false", "Write true or false."),
        ("flag", 2, "2 is neither true nor false", "Write true or false."),
        *(("number", value, f"{value!r} is not a whole number", "Write a number above 0.") for value in NO_NUMBERS),
        ("number", 0, "0 is too small", "Write a number above 0."),
        ("number", "-1", "-1 is too small", "Write a number above 0."),
        *(
            ("seconds", value, f"{value!r} is no number of seconds above 0", "Write for example 5 or 0.5.")
            for value in NO_SECONDS
        ),
    ],
)
def test_what_is_refused(kind: str, value: object, problem: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        getattr(given(value), kind)("x", 7)
    assert refused(caught.value, problem, remedy), caught.value


@pytest.mark.parametrize(("value", "read"), [(None, None), ("", None), ("5", 5), (5, 5)])
def test_a_number_that_may_be_left_out(value: object, read: int | None) -> None:
    assert given(value).optional_number("x") == read


def test_zero_is_refused_where_a_number_may_be_left_out() -> None:
    with pytest.raises(ConfigError) as caught:
        given(0).optional_number("x")
    assert refused(caught.value, "0 is too small", "Write a number above 0.")


@pytest.mark.parametrize(("value", "read"), [(None, ""), (" a ", "a"), (5, "5"), ("", "")])
def test_a_text_has_no_blanks_around_it(value: object, read: str) -> None:
    assert given(value).text("x") == read


@pytest.mark.parametrize(
    ("value", "read"),
    [(None, {}), ("null", {}), ("{}", {}), ('{"a": 1, "b": "x"}', {"a": "1", "b": "x"}), ({"a": 2}, {"a": "2"})],
)
def test_a_mapping_is_of_texts(value: object, read: dict[str, str]) -> None:
    assert given(value).mapping("x") == read


@pytest.mark.parametrize("value", ["[1]", "a=b", "", 5, "5"])
def test_what_is_no_mapping_is_refused(value: object) -> None:
    with pytest.raises(ConfigError) as caught:
        given(value).mapping("x")
    assert refused(caught.value, f"{value!r} is not a JSON object", 'Write for example {"pool": "gpu"}.')


def test_later_files_win_and_the_environment_wins_over_all(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = (".env", ".env.hatchet", ".env.dev", ".env.local")
    for number, file in enumerate(files):
        lines = [f"HATCHET_CLIENT_S{later}={file}" for later in range(number, len(files) + 1)]
        (empty_folder / file).write_text("\n".join([*lines, "OTHER_S0=x", "HATCHET_CLIENT_BARE"]))
    monkeypatch.setenv("HATCHET_CLIENT_S4", "variable")
    monkeypatch.setenv("HATCHET_CLIENT_BLANK", "  ")
    sources = Sources({"given": "x"})
    assert [sources.text(f"s{number}") for number in range(5)] == [*files, "variable"]
    assert [sources.where(f"s{number}") for number in range(5)] == [
        *(f"the file {file}" for file in files), "the environment",
    ]  # fmt: skip
    assert (sources.where("given"), sources.raw("given")) == ("an argument of ClientConfig", "x")
    assert (sources.where("none"), sources.where("none", "the default")) == ("nowhere", "the default")
    assert [sources.where(name, "the default") for name in ("blank", "bare")] == ["the default"] * 2
    assert sources.raw("bare") == ""
    for of_token in ("host_port", "server_url", "tenant_id"):
        assert sources.where(of_token, "the default") == "the token"
    inside = Sources({}, outside=False)
    assert (inside.raw("s4"), inside.where("s4")) == (None, "nowhere")


def test_what_nobody_has_read_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tls_strategy", "tls_cert_file", "tls_key_file", "tls_root_ca_file", "tls_server_name", "known"):
        monkeypatch.setenv(variable(name), "x")
    sources = Sources({})
    with pytest.raises(ConfigError) as caught:
        sources.refuse_unknown(embedded=False)
    assert str(caught.value) == str(
        ConfigError(
            "known", "there is no such setting", source="the environment",
            remedy="Known are: tls_cert_file, tls_key_file, tls_root_ca_file, tls_server_name, tls_strategy.",
        )
    )  # fmt: skip
    sources.raw("known")
    sources.refuse_unknown(embedded=False)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("tokn", "Did you mean token (HATCHET_CLIENT_TOKEN)?"),
        ("name_space", "Did you mean namespace (HATCHET_CLIENT_NAMESPACE)?"),
        ("zzz", "Known are: namespace, token, tokens."),
    ],
)
def test_the_closest_of_the_known_is_named(name: str, remedy: str) -> None:
    error = unknown_option(name, ["namespace", "token", "tokens"], "the environment")
    wanted = ConfigError(name, "there is no such setting", source="the environment", remedy=remedy)
    assert (str(error), type(error)) == (str(wanted), ConfigError)
