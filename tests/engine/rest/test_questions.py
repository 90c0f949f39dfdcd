"""What is read from a request, at the bounds and beside them, and the parts and intervals that answers are given in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from hatchet.engine.rest import logs, pages, points, requests
from hatchet.engine.rest.fields import present, resource
from hatchet.engine.state.errors import Refused
from hatchet.engine.state.jsontext import JsonValue
from hatchet.engine.storage.selection import MAX_VALUES, Part

ID = "6F6E0000-0000-4000-8000-00000000000A"
OTHER = "00000000-0000-4000-8000-00000000000b"


def asked(*query: tuple[str, str], path: dict[str, str] | None = None, parts: Sequence[bytes] = ()) -> Request:
    """A request with a query, and a body in parts; after the last it ends without another."""
    left = list(parts)

    async def receive() -> dict[str, object]:
        if left:
            part = left.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(left)}
        return {"type": "http.disconnect"}

    found = {"query_string": urlencode(query).encode(), "path_params": path or {}}
    return Request({"type": "http", "method": "POST", "headers": [], **found}, receive)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return str(caught.value)


def test_an_id_is_read_in_any_spelling_and_nothing_else() -> None:
    assert requests.path_uuid(asked(path={"run": ID}), "run") == ID.lower()
    assert requests.optional_uuid(asked(("id", ID)), "id") == ID.lower()
    assert requests.optional_uuid(asked(), "id") is None
    assert requests.uuids(asked(("id", ID), ("id", OTHER), ("x", ID)), "id") == (ID.lower(), OTHER)
    words = "Invalid format for parameter id: 'x' is not a UUID"
    assert refusal(lambda: requests.optional_uuid(asked(("id", "x")), "id")) == words


def test_what_an_id_stands_for_is_found_or_named() -> None:
    request = asked(path={"cron": ID})
    assert requests.path_thing(request, "cron", {ID.lower(): "found"}.get) == "found"
    nothing: dict[str, str] = {}
    assert refusal(lambda: requests.path_thing(request, "cron", nothing.get)) == f"cron {ID.lower()} not found"
    words = refusal(lambda: requests.path_thing(request, "cron", nothing.get, "trigger", "; gone"))
    assert words == f"trigger {ID.lower()} not found; gone"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0.0),
        ("1970-01-01T00:00:01.5", 1.5),
        ("1970-01-01T01:00:00+01:00", 0.0),
        ("1970-01-01T01:00:00 01:00", 0.0),
        ("1970-01-01", 0.0),
        ("0001-01-01T00:00:00Z", -62_135_596_800.0),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799.999999),
    ],
)
def test_a_time_is_read_with_and_without_an_offset(text: str, seconds: float) -> None:
    assert requests.moment(asked(("at", text)), "at") == seconds


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999999-00:01"])
def test_a_time_beyond_the_calendar_is_refused(text: str) -> None:
    words = refusal(lambda: requests.moment(asked(("at", text)), "at"))
    assert words == f"{text} is no time in UTC; write one between the years 1970 and 9999"


def test_a_time_that_has_to_be_there_is_named() -> None:
    assert requests.moment(asked(), "at") is None
    assert refusal(lambda: requests.moment(asked(), "at", required=True)) == "query parameter at is required"
    words = "Invalid format for parameter at: 'soon' is not a date-time"
    assert refusal(lambda: requests.moment(asked(("at", "soon")), "at")) == words


TOP = 2_147_483_647


@pytest.mark.parametrize(
    ("text", "least", "most", "found"),
    [
        (None, 1, None, 7),
        ("1", 1, None, 1),
        ("0", 0, None, 0),
        ("0", 1, None, f"parameter n must be between 1 and {TOP}, got 0"),
        ("-1", 0, None, f"parameter n must be between 0 and {TOP}, got -1"),
        (str(TOP), 1, None, TOP),
        (str(TOP + 1), 1, None, f"parameter n must be between 1 and {TOP}, got {TOP + 1}"),
        ("9", 1, 10, 9),
        ("10", 1, 10, 10),
        ("11", 1, 10, 10),
        ("x", 1, None, "Invalid format for parameter n: 'x' is not a number"),
    ],
)
def test_a_number_is_read_within_its_bounds(text: str | None, least: int, most: int | None, found: int | str) -> None:
    request = asked(*([] if text is None else [("n", text)]))
    if isinstance(found, int):
        assert requests.number(request, "n", 7, least=least, most=most) == found
    else:
        assert refusal(lambda: requests.number(request, "n", 7, least=least, most=most)) == found


def test_limit_and_offset_have_their_defaults_and_bounds() -> None:
    assert requests.part(asked()) == Part(50, 0)
    assert requests.part(asked(), 9) == Part(9, 0)
    assert requests.part(asked(("limit", "3"), ("offset", "4"))) == Part(3, 4)
    assert requests.part(asked(("limit", "30")), most=20) == Part(20, 0)
    assert "limit must be between 1 and" in refusal(lambda: requests.part(asked(("limit", "0"))))
    assert "offset must be between 0 and" in refusal(lambda: requests.part(asked(("offset", "-1"))))


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("TRUE", True), ("1", True), ("false", False), ("False", False), ("0", False)]
)
def test_a_truth_value_is_read_in_each_spelling(text: str, value: bool) -> None:
    assert requests.flag(asked(("f", text)), "f", None) is value
    assert requests.flag(asked(("f", text)), "f", not value) is value


def test_a_truth_value_that_is_none_is_refused() -> None:
    assert requests.flag(asked(), "f", True) is True
    assert requests.flag(asked(), "f", False) is False
    assert refusal(lambda: requests.flag(asked(), "f", None)) == "query parameter f is required"
    words = "Invalid format for parameter f: 'yes' is neither true nor false"
    assert refusal(lambda: requests.flag(asked(("f", "yes")), "f", None)) == words


def test_a_list_has_as_many_values_as_one_question_may_hold() -> None:
    full = [("v", str(number)) for number in range(MAX_VALUES)]
    assert requests.many(asked(*full), "v") == [value for _, value in full]
    words = f"parameter v takes up to {MAX_VALUES} values, not {MAX_VALUES + 1}: ask in several requests"
    assert refusal(lambda: requests.many(asked(*full, ("v", "x")), "v")) == words
    assert requests.texts(None, "v") == []
    assert requests.texts(["a", "b"], "v", 2) == ["a", "b"]
    words = "field v takes up to 1 values, not 2: ask in several requests"
    assert refusal(lambda: requests.texts(["a", "b"], "v", 1)) == words
    wrong: list[JsonValue] = ["a", [1], ["a", None], {}]
    for each in wrong:
        assert refusal(partial(requests.texts, each, "v")) == "field v must be a list of strings"


ALL = ("QUEUED", "RUNNING", "COMPLETED", "CANCELLED", "FAILED")


@pytest.mark.parametrize(
    ("given", "kind", "found"),
    [
        (list[str](), None, set[str]()),
        (["QUEUED"], None, {"QUEUED"}),
        (["RUNNING"], None, {"RUNNING", "EVICTED"}),
        (["EVICTED"], "ALL", {"EVICTED"}),
        (["RUNNING", "FAILED", "FAILED"], "ALL", {"RUNNING", "EVICTED", "FAILED"}),
        (["RUNNING", "FAILED"], "EVICTED", {"EVICTED", "FAILED"}),
        (["RUNNING", "FAILED"], "ON_WORKER", {"RUNNING", "FAILED"}),
        (list[str](), "EVICTED", {*ALL, "EVICTED"} - {"RUNNING"}),
        (list[str](), "ON_WORKER", set(ALL)),
    ],
)
def test_running_runs_are_those_on_a_worker_and_the_evicted_ones(
    given: list[str], kind: str | None, found: set[str]
) -> None:
    query = [("statuses", each) for each in given] + ([] if kind is None else [("running_filter", kind)])
    chosen = requests.listed_statuses(asked(*query))
    assert set(chosen) == found
    assert len(chosen) == len(found)


def test_the_filters_of_a_list_are_read_one_by_one() -> None:
    query = [
        ("since", "1970-01-01T00:00:01Z"), ("until", "1970-01-01T00:00:02Z"), ("statuses", "FAILED"),
        ("workflow_ids", ID), ("additional_metadata", "a:b"), ("additional_metadata", "c:d"),
        ("additional_metadata_operator", "AND"), ("worker_id", OTHER), ("parent_task_external_id", ID),
        ("triggering_event_external_id", OTHER), ("idempotency_keys", "k"), ("limit", "3"), ("offset", "4"),
    ]  # fmt: skip
    found = requests.selection(asked(*query), of_tasks=False)
    assert (found.since, found.until, found.statuses) == (1.0, 2.0, ("FAILED",))
    assert (found.workflow_ids, found.metadata) == ((ID.lower(),), ("a:b", "c:d"))
    assert (found.metadata_all, found.event_id, found.idempotency_keys) == (True, OTHER, ("k",))
    assert (found.worker_id, found.parent_task_id, found.part) == (None, ID.lower(), Part(3, 4))
    tasks = requests.selection(asked(*query), of_tasks=True)
    assert (tasks.worker_id, tasks.parent_task_id) == (OTHER, None)
    either = requests.selection(asked(("additional_metadata_operator", "OR")), of_tasks=True, since_required=False)
    assert (either.metadata_all, either.since, either.part) == (False, None, Part(50, 0))
    assert "since is required" in refusal(lambda: requests.selection(asked(), of_tasks=True))


def test_pairs_have_exactly_one_colon() -> None:
    assert requests.pairs(["a:b", "c:", ":d", "a:e"]) == {"a": "e", "c": "", "": "d"}
    for wrong in ("a", "a:b:c", ""):
        assert (
            refusal(partial(requests.pairs, [wrong])) == "Additional metadata filters must be in the format key:value."
        )


def test_a_word_is_one_of_those_that_are_known() -> None:
    assert requests.choice(asked(), "order", "ASC", ("ASC", "DESC")) == "ASC"
    assert requests.choice(asked(("order", "DESC")), "order", "ASC", ("ASC", "DESC")) == "DESC"
    words = refusal(lambda: requests.choice(asked(("order", "up")), "order", "ASC", ("ASC", "DESC")))
    assert words == "unknown order 'up'; use ASC, DESC"


# -- bodies ------------------------------------------------------------------------------------------------------------


async def test_a_body_comes_in_parts_and_has_so_many_bytes_at_most() -> None:
    assert await requests.raw_body(asked(parts=[b"ab", b"", b"cd"]), 4) == b"abcd"
    with pytest.raises(Refused, match="the request body is larger than 3 bytes"):
        await requests.raw_body(asked(parts=[b"ab", b"cd"]), 3)
    full = b'{"a": "' + b"x" * (4 * 1024 * 1024 - 9) + b'"}'
    assert len(full) == 4 * 1024 * 1024
    assert len(str((await requests.body(asked(parts=[full])))["a"])) == len(full) - 9
    with pytest.raises(Refused, match="larger than 4194304 bytes"):
        await requests.body(asked(parts=[full, b" "]))


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        raise AssertionError

    assert requests.BODY_WITHIN == 30
    monkeypatch.setattr(requests, "BODY_WITHIN", 0.01)
    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(Refused, match=r"^the request body did not arrive within 0\.01 seconds$"):
        await requests.raw_body(request)
    with pytest.raises(Refused, match=r"^the connection was closed before the request body had arrived$"):
        await requests.raw_body(asked())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"{", "the request body is not valid JSON: "),
        (b"\xff", "the request body is not valid JSON: "),
        (b"[]", "the request body must be a JSON object"),
        (b"null", "the request body must be a JSON object"),
    ],
)
async def test_a_body_is_a_json_object(text: bytes, words: str) -> None:
    assert await requests.body(asked(parts=[b'{"a": 1}'])) == {"a": 1}
    with pytest.raises(Refused) as caught:
        await requests.body(asked(parts=[text]))
    assert str(caught.value).startswith(words)


# -- parts of lists ----------------------------------------------------------------------------------------------------

KINDS = (pages.open_ended, pages.ending, pages.ending_early, pages.while_full, pages.from_zero)


@pytest.mark.parametrize(
    ("total", "part", "places", "count"),
    [  # of each kind: the current page and the next one; and how many there are
        (0, Part(2, 0), [(1, 2), (1, 2), (1, 2), (1, 1), (0, 1)], 0),
        (1, Part(2, 0), [(1, 2), (1, 1), (1, 1), (1, 1), (0, 1)], 1),
        (2, Part(2, 0), [(1, 2), (1, 1), (1, 1), (1, 2), (0, 1)], 1),
        (3, Part(2, 0), [(1, 2), (1, 2), (1, 2), (1, 2), (0, 1)], 2),
        (3, Part(2, 1), [(1, 2), (1, 2), (2, 2), (1, 2), (0, 1)], 2),
        (3, Part(2, 2), [(2, 3), (2, 2), (2, 2), (2, 2), (1, 2)], 2),
        (4, Part(2, 2), [(2, 3), (2, 2), (2, 2), (2, 3), (1, 2)], 2),
        (9, Part(2, 3), [(2, 3), (2, 3), (3, 4), (2, 3), (1, 2)], 5),
    ],
)
def test_each_kind_of_list_tells_where_its_part_stands(
    total: int, part: Part, places: list[tuple[int, int]], count: int
) -> None:
    for kind, (current, following) in zip(KINDS, places, strict=True):
        found = kind((), total, part).pagination
        assert found == {"current_page": current, "next_page": following, "num_pages": count}, kind
    assert pages.unplaced(()).pagination == {"current_page": 0, "next_page": 0, "num_pages": 0}


def test_a_page_is_written_row_by_row() -> None:
    assert json.loads(pages.Page([{"a": 1}, None, "é"], {"p": 2}).content()) == {
        "rows": [{"a": 1}, None, "é"],
        "pagination": {"p": 2},
    }
    assert json.loads(pages.Page(()).content()) == {"rows": [], "pagination": {}}


def test_a_resource_was_updated_when_it_was_made_unless_later() -> None:
    made = {"id": "i", "createdAt": "1970-01-01T00:00:00.000000Z"}
    assert resource("i", 0.0) == {**made, "updatedAt": "1970-01-01T00:00:00.000000Z"}
    assert resource("i", 0.0, 1.0) == {**made, "updatedAt": "1970-01-01T00:00:01.000000Z"}
    assert present({"a": None, "b": 0, "c": "", "d": False}) == {"b": 0, "c": "", "d": False}


# -- intervals ---------------------------------------------------------------------------------------------------------

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


@pytest.mark.parametrize(
    ("length", "step"),
    [
        (61 * MINUTE - 1, MINUTE),
        (61 * MINUTE, 5 * MINUTE),
        (12 * HOUR - 1, 5 * MINUTE),
        (12 * HOUR, 30 * MINUTE),
        (2 * DAY - 1, 30 * MINUTE),
        (2 * DAY, 8 * HOUR),
        (8 * DAY - 1, 8 * HOUR),
        (8 * DAY, DAY),
        (5_000 * DAY, DAY),
    ],
)
def test_the_longer_the_time_the_longer_are_its_intervals(length: float, step: float) -> None:
    since = 100 * DAY
    assert points.Points.of(since, since + length, 0.0) == points.Points(since, since + length, step)


def test_intervals_begin_at_whole_steps_and_are_not_too_many() -> None:
    assert points.Points.of(90.0, 200.0, 0.0) == points.Points(60.0, 200.0, 60.0)
    # Without a start it is the last day from a half hour on, without an end until now.
    assert points.Points.of(None, None, 3 * DAY + 1_900) == points.Points(2 * DAY + 1_800, 3 * DAY + 1_900, 1_800.0)
    words = refusal(lambda: points.Points.of(0.0, 5_000 * DAY + 1, 0.0))
    assert words == "the time asked for has more than 5000 intervals; ask for less"


def test_each_interval_has_a_count_of_each_name() -> None:
    found = points.Points(60.0, 180.0, 60.0).filled(("A", "B"), [(1, "A", 4), (3, "B", 5), (4, "A", 6), (2, "C", 7)])
    assert found == {
        "results": [
            {"A": 4, "B": 0, "time": "1970-01-01T00:01:00.000000Z"},
            {"A": 0, "B": 0, "time": "1970-01-01T00:02:00.000000Z"},
            {"A": 0, "B": 5, "time": "1970-01-01T00:03:00.000000Z"},
        ]
    }
    assert points.Points(60.0, 179.9, 60.0).filled((), []) == {
        "results": [{"time": "1970-01-01T00:01:00.000000Z"}, {"time": "1970-01-01T00:02:00.000000Z"}]
    }


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("ell", True), ("ELL", True), ("hello world", True), ("x", False), ("h%d", True), ("d%h", False),
        ("h_llo", True), ("h__lo", True), ("h_lo", False), ("100\\%", True), ("100\\_", False), ("100\\\\", False),
        ("", True), ("o%o", True), ("o%o%o", False), ("a.c", False), ("\nl", True), ("%%", True),
    ],
)  # fmt: skip
def test_a_line_is_searched_as_postgres_does(text: str, held: bool) -> None:
    assert logs.holds("Hello World, 100% \nlast", text) is held
