"""What one step deletes, row by row: which runs, events, log lines and messages, in which order, and what is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hatchet.engine.state.errors import StorageError
from hatchet.engine.state.settings import EngineSettings
from hatchet.engine.storage import retention
from hatchet.engine.storage.opening import number
from hatchet.engine.storage.retention import Deleted, Retention
from hatchet.engine.storage.store import Store

NOW = 1_000_000.0
DAY = 86_400.0
SAID = (
    "the embedded engine begins to delete what has ended from memory: {}. What is kept can be set, see "
    "docs/engine.md; this is said once"
)
FULL = "memory takes more than it should, and nothing in it has ended"


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty database in memory."""
    made = Store(None)
    yield made
    made.close()


def insert(store: Store, table: str, **values: object) -> None:
    """A row; what is not given and must be there is empty."""
    columns = store.db.execute(f"PRAGMA table_info({table})").fetchall()
    needed = {name: 0 if kind in ("INTEGER", "REAL") else "" for _, name, kind, must, *_ in columns if must}
    row = needed | values
    marks = ",".join("?" * len(row))
    store.db.execute(f"INSERT INTO {table} ({','.join(row)}) VALUES ({marks})", tuple(row.values()))


def run(store: Store, seq: int, finished: float | None = NOW, *, event: str | None = None) -> None:
    """A run with a task, and a row of each table that belongs to them; its log line is as old as its end."""
    name, task = f"run {seq}", f"task {seq}"
    insert(store, "runs", seq=seq, id=name, finished_at=finished, event_id=event)
    insert(store, "tasks", seq=seq, id=task, run_seq=seq)
    insert(store, "logs", id=seq, task_id=task, created_at=finished or NOW)
    insert(store, "task_limits", task_id=task)
    insert(store, "log_entries", task_id=task)
    insert(store, "event_logs", task_id=task)
    insert(store, "task_events", id=seq, run_id=name)
    insert(store, "children", key=f"child {seq}", run_id=name)


OF_RUNS = {
    "runs": "id",
    "tasks": "id",
    "task_limits": "task_id",
    "log_entries": "task_id",
    "event_logs": "task_id",
    "task_events": "run_id",
    "children": "run_id",
}
"""What belongs to a run, but for its log lines, and what tells whose a row is."""


def runs(store: Store) -> list[int]:
    """The numbers of the runs that are there; each with all that belongs to it."""
    found = [
        sorted(int(row[0].split()[1]) for row in store.db.execute(f"SELECT {column} FROM {table}"))
        for table, column in OF_RUNS.items()
    ]
    assert found == [found[0]] * len(OF_RUNS)
    return found[0]


def values(store: Store, query: str) -> list[object]:
    return [row[0] for row in store.db.execute(query)]


def event(store: Store, name: str, seen: float = NOW) -> None:
    insert(store, "events", id=name, seen_at=seen)


def events(store: Store) -> list[object]:
    return values(store, "SELECT id FROM events ORDER BY id")


def message(store: Store, seq: int, created: float = NOW) -> None:
    insert(store, "messages", seq=seq, topic=1, created_at=created)


def messages(store: Store) -> list[object]:
    return values(store, "SELECT seq FROM messages ORDER BY seq")


def logs(store: Store) -> list[object]:
    return values(store, "SELECT id FROM logs ORDER BY id")


def keeping(
    store: Store, *, days: float | None = None, number: int | None = None, size: int | None = None
) -> Retention:
    return Retention(
        store,
        EngineSettings(retained_for=None if days is None else days * DAY, retained_runs=number, retained_bytes=size),
    )


def test_by_age_goes_what_is_older_than_that_and_not_what_is_exactly_as_old(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    bound = NOW - 2 * DAY
    for seq, at in enumerate((bound - 1, bound, bound + 1, None), 1):
        run(store, seq, at)
    insert(store, "logs", id=5, task_id="task 4", created_at=bound)
    for name, at in (("old", bound - 1), ("exact", bound), ("young", NOW)):
        event(store, name, at)
    for seq, at in enumerate((bound - 1, bound, NOW), 1):
        message(store, seq, at)
    assert keeping(store, days=2).step(NOW) == Deleted(("run 1",), True)
    assert (runs(store), logs(store)) == ([2, 3, 4], [2, 3, 4, 5])
    assert (events(store), messages(store)) == (["exact", "young"], [2, 3])
    assert caplog.messages == [SAID.format("it is older than 2 days")]


def test_topics_without_messages_stay_for_twice_as_long(store: Store) -> None:
    for topic, (at, held) in enumerate(((4.1, 0), (4, 0), (4.1, 1)), 1):
        insert(store, "topics", id=topic, name=str(topic), published_at=NOW - at * DAY)
        insert(store, "producers", topic=topic, id="p")
        if held:
            insert(store, "messages", seq=topic, topic=topic, created_at=NOW)
    assert keeping(store, days=2).step(NOW) == Deleted((), False)
    assert values(store, "SELECT id FROM topics") == values(store, "SELECT topic FROM producers") == [2, 3]


def test_the_runs_that_ended_first_go_first_and_a_step_takes_so_many(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "STEP", 2)
    for seq, age in enumerate((5, 9, 7, 8), 1):
        run(store, seq, NOW - age * DAY)
    retained = keeping(store, days=2)
    assert retained.step(NOW) == Deleted(("run 2", "run 4"), True)
    assert runs(store) == [1, 3]
    assert retained.step(NOW) == Deleted(("run 3", "run 1"), True)
    assert retained.step(NOW) == Deleted((), False)


def test_an_event_stays_while_a_run_of_it_has_not_ended(store: Store) -> None:
    run(store, 1, None, event="live")
    run(store, 2, NOW, event="over")
    for name in ("live", "over", "nobody's"):
        event(store, name, NOW - 3 * DAY)
    assert keeping(store, days=2).step(NOW) == Deleted((), True)
    assert events(store) == ["live"]


def test_the_log_lines_of_a_task_that_runs_go_up_to_the_first_that_is_young(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(store, 1, None)
    monkeypatch.setattr(retention, "STEP", 3)
    for line in range(2, 7):
        insert(store, "logs", id=line, task_id="task 1", created_at=NOW - 3 * DAY)
    store.db.execute("UPDATE logs SET created_at = ? WHERE id IN (1, 5)", (NOW - 3 * DAY,))
    retained = keeping(store, days=2)
    assert retained.step(NOW) == Deleted((), True)
    assert logs(store) == [4, 5, 6]
    store.db.execute("UPDATE logs SET created_at = ? WHERE id = 5", (NOW,))
    assert retained.step(NOW) == Deleted((), True)
    assert logs(store) == [5]
    assert retained.step(NOW) == Deleted((), False)


@pytest.mark.parametrize(("kept", "gone"), [(0, 3), (1, 2), (2, 1), (3, 0), (4, 0)])
def test_by_number_the_oldest_of_the_runs_that_have_ended_go(
    store: Store, kept: int, gone: int, caplog: pytest.LogCaptureFixture
) -> None:
    run(store, 1, None)
    for seq in (2, 3, 4):
        run(store, seq, NOW - seq)  # what ended first came last
    ids = tuple(f"run {seq}" for seq in range(2, 2 + gone))
    retained = keeping(store, number=kept)
    assert retained.step(NOW) == Deleted(ids, gone > 0)
    assert runs(store) == [1, *range(2 + gone, 5)]
    assert caplog.messages == ([SAID.format(f"there are more than {kept} finished runs")] if gone else [])
    assert retained.step(NOW) == Deleted((), False)


def test_runs_that_end_later_count_and_a_step_takes_so_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "STEP", 2)
    retained = keeping(store, number=1)
    for seq in range(1, 5):
        run(store, seq)
    assert retained.step(NOW) == Deleted((), False)  # it is told of them
    retained.count(4, 0, 0)
    assert retained.step(NOW) == Deleted(("run 1", "run 2"), True)
    assert retained.step(NOW) == Deleted(("run 3",), True)
    assert retained.step(NOW) == Deleted((), False)


def test_what_is_too_old_goes_before_what_is_too_much(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    for seq, age in enumerate((1, 1, 3), 1):
        run(store, seq, NOW - age * DAY)
    for name, age in (("a", 1), ("b", 1), ("c", 3)):
        event(store, name, NOW - age * DAY)
    retained = keeping(store, days=2, number=1)
    retained.count(0, 3, 0)
    assert retained.step(NOW) == Deleted(("run 3",), True)
    assert (runs(store), events(store)) == ([1, 2], ["a", "b"])
    assert retained.step(NOW) == Deleted(("run 1",), True)
    assert (runs(store), events(store)) == ([2], ["b"])
    assert caplog.messages == [SAID.format("it is older than 2 days")]


@pytest.mark.parametrize(
    ("many", "why"),
    [
        ("events", "there are more than 2 events"),
        ("messages", "there are more than 2 messages of topics"),
        ("events messages", "there are more than 2 events"),
        ("runs events messages", "there are more than 2 finished runs"),
    ],
)
def test_of_events_and_messages_the_oldest_go_where_there_are_too_many(
    store: Store, many: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    retained = keeping(store, number=2)
    for seq in range(1, 4):
        if "runs" in many:
            run(store, seq)
        if "events" in many:
            event(store, str(seq), NOW - seq)
        if "messages" in many:
            message(store, seq)
    retained.count(3 * ("runs" in many), 3 * ("events" in many), 3 * ("messages" in many))
    assert retained.step(NOW) == Deleted(("run 1",) if "runs" in many else (), True)
    assert runs(store) == ([2, 3] if "runs" in many else [])
    assert events(store) == (["1", "2"] if "events" in many else [])
    assert messages(store) == ([2, 3] if "messages" in many else [])
    assert caplog.messages == [SAID.format(why)]
    assert retained.step(NOW) == Deleted((), False)


@pytest.mark.parametrize(
    ("kept", "told", "is_due"),
    [
        (10, (12, 0, 0), False),
        (10, (13, 0, 0), True),
        (10, (0, 2, 2), False),
        (10, (0, 3, 0), True),
        (10, (0, 0, 3), True),
        (None, (100, 100, 100), False),
    ],
)
def test_a_step_is_due_at_once_where_so_much_came_that_it_has_enough_to_do(
    store: Store, monkeypatch: pytest.MonkeyPatch, kept: int | None, told: tuple[int, int, int], is_due: bool
) -> None:
    monkeypatch.setattr(retention, "STEP", 3)
    run(store, 1)
    retained = keeping(store, number=kept)
    half = [number // 2 for number in told]
    assert not retained.count(*half)
    assert retained.count(*(number - former for number, former in zip(told, half, strict=True))) is is_due


def test_events_that_were_seen_to_be_few_are_not_counted_again(store: Store) -> None:
    retained = keeping(store, number=2)
    retained.count(0, 1, 1)
    assert retained.step(NOW) == Deleted((), False)
    for seq in range(1, 4):
        event(store, str(seq))
        message(store, seq)
    assert retained.step(NOW) == Deleted((), False)
    retained.count(0, 1, 0)
    assert retained.step(NOW) == Deleted((), True)
    assert (len(events(store)), len(messages(store))) == (2, 3)


def used(store: Store) -> int:
    """Bytes in use."""
    pages, free, size = (number(store.db, f"PRAGMA {name}") for name in ("page_count", "freelist_count", "page_size"))
    return (pages - free) * size


def large(store: Store, seq: int, *kinds: str) -> None:
    """A row of each kind of 100 KB, for runs one that has ended."""
    text = "x" * 100_000
    rows: dict[str, dict[str, object]] = {
        "runs": {"seq": seq, "id": f"run {seq}", "finished_at": NOW, "input": text},
        "events": {"id": f"event {seq}", "seen_at": NOW, "payload": text},
        "logs": {"id": seq, "task_id": "task", "message": text},
        "messages": {"seq": seq, "topic": 1, "payload": text.encode()},
    }
    for kind in kinds:
        insert(store, kind, **rows[kind])


KINDS = ("runs", "events", "logs", "messages")


def left(store: Store) -> tuple[int, ...]:
    return tuple(len(values(store, f"SELECT 1 FROM {kind}")) for kind in KINDS)


def test_by_size_runs_go_before_events_before_log_lines_before_messages(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "FEW", 2)
    monkeypatch.setattr(retention, "VACUUM_PAGES", 1000)
    bound = used(store) + 50_000
    for seq in (1, 2, 3):
        large(store, seq, *KINDS)
    retained = keeping(store, size=bound)
    steps = [(retained.step(NOW), left(store)) for _ in range(7)]
    assert steps == [
        (Deleted(("run 1", "run 2", "run 3"), True), (0, 3, 3, 3)),
        (Deleted((), True), (0, 1, 3, 3)),
        (Deleted((), True), (0, 0, 3, 3)),
        (Deleted((), True), (0, 0, 0, 3)),
        (Deleted((), True), (0, 0, 0, 1)),
        (Deleted((), True), (0, 0, 0, 0)),
        (Deleted((), False), (0, 0, 0, 0)),
    ]
    assert caplog.messages == [SAID.format(f"it takes more than {bound / (1 << 20):g} MB")]


@pytest.mark.parametrize(("most", "gone"), [(500, 3), (3, 3), (2, 2)])
def test_by_size_no_more_runs_go_than_must(store: Store, monkeypatch: pytest.MonkeyPatch, most: int, gone: int) -> None:
    monkeypatch.setattr(retention, "FEW", 1)
    monkeypatch.setattr(retention, "STEP", most)
    bound = used(store) + 250_000
    for seq in range(1, 6):
        large(store, seq, "runs", "logs")
    store.db.execute("DELETE FROM logs")
    assert keeping(store, size=bound).step(NOW) == Deleted(tuple(f"run {n}" for n in range(1, 1 + gone)), True)
    assert left(store) == (5 - gone, 0, 0, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_by_size_nothing_goes_in_a_step_in_which_something_was_too_old(store: Store, kind: str) -> None:
    bound = used(store)
    large(store, 1, kind)
    time = {"runs": "finished_at", "events": "seen_at"}.get(kind, "created_at")
    store.db.execute(f"UPDATE {kind} SET {time} = ?", (NOW - 3 * DAY,))
    others = [each for each in KINDS if each != kind]
    large(store, 2, *others)
    for each in ("logs", "messages"):
        store.db.execute(f"UPDATE {each} SET created_at = ? WHERE created_at = 0", (NOW,))
    retained = keeping(store, days=2, size=bound)
    assert retained.step(NOW).more
    assert left(store) == tuple(int(each != kind) for each in KINDS)
    assert retained.step(NOW).more
    assert sum(left(store)) == 2


def test_that_nothing_has_ended_is_said_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    run(store, 1, None)
    store.db.execute("DELETE FROM logs")
    retained = keeping(store, size=1)
    assert [retained.step(NOW), retained.step(NOW)] == [Deleted((), False)] * 2
    assert caplog.messages == [FULL]


@pytest.mark.parametrize(
    ("at_once", "gives", "more"),
    [
        ("all", False, False),  # so few will be used again soon
        ("all but one", True, False),
        ("half", True, False),
        ("less than half", True, True),
    ],
)
def test_a_step_gives_free_pages_back_and_keeps_a_few(
    store: Store, monkeypatch: pytest.MonkeyPatch, at_once: str, gives: bool, more: bool
) -> None:
    large(store, 1, "messages")
    store.db.execute("DELETE FROM messages")
    free, pages = number(store.db, "PRAGMA freelist_count"), number(store.db, "PRAGMA page_count")
    most = {"all": free, "all but one": free - 1, "half": (free + 1) // 2, "less than half": free // 2 - 1}[at_once]
    monkeypatch.setattr(retention, "VACUUM_PAGES", most)
    assert keeping(store).step(NOW) == Deleted((), more)
    gone = most if gives else 0
    assert number(store.db, "PRAGMA freelist_count") == free - gone
    assert number(store.db, "PRAGMA page_count") == pages - gone


def test_a_file_that_cannot_shrink_is_left_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "VACUUM_PAGES", 1)
    store.db.execute("PRAGMA auto_vacuum = NONE")
    store.db.execute("VACUUM")
    large(store, 1, "messages")
    store.db.execute("DELETE FROM messages")
    assert keeping(store).step(NOW) == Deleted((), False)


def test_what_the_disk_refuses_leaves_all_as_it_was(store: Store) -> None:
    for seq in (1, 2):
        run(store, seq, NOW - 3 * DAY)
    store.db.execute("CREATE TRIGGER full BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'no'); END")
    retained = keeping(store, days=2)
    with pytest.raises(StorageError, match=r"^memory cannot be read and written \(no\); check that the disk works"):
        retained.step(NOW)
    assert (runs(store), logs(store), store.db.in_transaction) == ([1, 2], [1, 2], False)
    store.db.execute("DROP TRIGGER full")
    assert retained.step(NOW) == Deleted(("run 1", "run 2"), True)


def test_a_step_on_a_database_that_is_closed_is_trouble_with_storing() -> None:
    store = Store(None)
    retained = keeping(store)
    store.close()
    with pytest.raises(StorageError, match=r"Cannot operate on a closed database"):
        retained.step(NOW)
