"""One scenario suite, two engines.

A scenario asserts what a user sees, and records what the engine answers: `answers(name, value)` compares a value, ids
and times normalised, with what the real engine answered when `--record` was given. `differences.toml` lists where the
embedded engine is known to differ, each with its reason; a difference that disappears fails the run.
"""

from __future__ import annotations

import copy
import json
import re
import time
import tomllib
import uuid
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hatchet import ClientConfig, Hatchet, Worker
from hatchet.engine import EmbeddedEngine, EngineSettings
from hatchet.transport.io_loop import shared_io_loop
from hatchet.wire import versions
from tests.conformance.helpers import Api, Heard, eventually
from tests.reach import Transport, config_of

HERE = Path(__file__).parent
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

WAYS = {
    "embedded": ["in-process", "grpc"],
    "embedded-in-process": ["in-process"],
    "embedded-grpc": ["grpc"],
    "env": ["env"],
}
"""What `--engine` asks for: the embedded engine by each of the ways that lead to it, or the real one."""

pytestmark = pytest.mark.timeout(120)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every scenario runs on each of the ways."""
    if "way" in metafunc.fixturenames:
        metafunc.parametrize("way", WAYS[metafunc.config.getoption("--engine")], scope="session")


@pytest.fixture(scope="session")
def engine(way: str) -> str:
    """`embedded` or `env`."""
    return "env" if way == "env" else "embedded"


@contextmanager
def an_engine(way: str) -> Generator[ClientConfig, None, None]:
    """How an engine of one's own is reached; there is but one real one."""
    if way == "in-process":
        with Hatchet.from_embedded(None) as keeper:
            yield keeper.config
    elif way == "grpc":
        io = shared_io_loop()
        # A busy machine serves less than the 50 messages a second that are too many otherwise.
        served = EmbeddedEngine(settings=EngineSettings(webhooks_per_second=2.0))
        yield config_of(io.block(served.start()))
        io.block(served.stop())
    else:
        yield ClientConfig()


@pytest.fixture(scope="session")
def config(way: str) -> Generator[ClientConfig, None, None]:
    """How the engine is reached that the scenarios of a process share."""
    with an_engine(way) as config:
        yield config


@contextmanager
def client_of(config: ClientConfig) -> Generator[Hatchet, None, None]:
    """A client in a namespace of its own."""
    own = copy.copy(config)
    own.namespace = f"c{uuid.uuid4().hex[:8]}_"
    with Hatchet(own) as client:
        yield client


@pytest.fixture
def hatchet(config: ClientConfig) -> Generator[Hatchet, None, None]:
    """A client in a namespace of its own: scenarios on one engine do not meet."""
    with client_of(config) as client:
        yield client


@pytest.fixture
def own_hatchet(way: str) -> Generator[Hatchet, None, None]:
    """A client whose engine is the scenario's own: what it has asked for before counts there."""
    with an_engine(way) as config, client_of(config) as client:
        yield client


@pytest.fixture(scope="module")
def common_hatchet(way: str) -> Generator[Hatchet, None, None]:
    """A client for the scenarios of a module that look at the same things: its fixture `hatchet` is this one.

    Its engine is the module's own: counts are of all that there is.
    """
    with an_engine(way) as config, client_of(config) as client:
        yield client


@pytest.fixture
def worker(hatchet: Hatchet) -> Callable[..., AbstractContextManager[Worker]]:
    """Start a worker as a context manager."""

    def start(*workflows: Any, **options: Any) -> AbstractContextManager[Worker]:
        return hatchet.worker("conformance", workflows=workflows, **options)

    return start


@pytest.fixture
def api(hatchet: Hatchet) -> Generator[Api, None, None]:
    """The REST side, operation by operation."""
    api = Api(hatchet)
    yield api
    api.http.close()


@pytest.fixture
def since(hatchet: Hatchet) -> Callable[[str], None]:
    """Skip a scenario on an engine that is older than what it needs, given by its name in the specs."""

    def check(name: str) -> None:
        needed = versions.text(versions.since(name))
        with httpx.Client(base_url=hatchet.config.server_url, transport=Transport(hatchet)) as http:
            answer = http.get("/api/v1/version").json()["version"]
        if versions.is_older(answer, versions.since(name)):
            pytest.skip(f"the engine is {answer}, and {name} came with {needed}")

    return check


@pytest.fixture
def heard(engine: str, hatchet: Hatchet) -> Heard:
    """Wait until the engine has acted on what it was told, such as the end of a task of a run, and listens again.

    The embedded engine has when REST shows it; the real one works behind its answers, and nothing shows when it has.
    """

    def wait(run_id: str | None = None, task: str = "") -> None:
        if run_id is not None:
            eventually(
                lambda: hatchet.runs.get(run_id),
                lambda seen: any(
                    (each.action_id or "").endswith(f":{task}") and each.status.value == "COMPLETED"
                    for each in seen.tasks
                ),
            )
        if engine != "embedded":
            time.sleep(2)

    return wait


@pytest.fixture
def answers(request: pytest.FixtureRequest, way: str, engine: str, hatchet: Hatchet) -> Callable[[str, object], None]:
    """Compare an answer of the engine with what the real one gave."""
    # What an engine answers is the same on every way to it.
    name = re.sub(rf"(?<=\[){way}-|-{way}(?=\])|\[{way}\]", "", request.node.name)
    scenario = f"{request.node.path.stem}.{name}"

    def compare(name: str, value: object) -> None:
        path = HERE / "expected" / f"{scenario}.{name}.json"
        seen = normalised(value, hatchet.namespace)
        if request.config.getoption("--record"):
            assert engine == "env", "answers are recorded from a real engine: --engine=env"
            path.write_text(json.dumps(seen, indent=1, sort_keys=True) + "\n")
            return
        expected = json.loads(path.read_text())
        known = differences().get(f"{scenario}.{name}", {}) if engine == "embedded" else {}
        found = dict(unequal(expected, seen))
        assert {k: v for k, v in found.items() if k not in known} == {}, "the engine answers differently"
        gone = [key for key in known if key not in found]
        assert not gone, f"differences that are listed in differences.toml and exist no more: {gone}"

    return compare


def differences() -> dict[str, dict[str, str]]:
    """Known differences: scenario → path in the answer → reason."""
    return tomllib.loads((HERE / "differences.toml").read_text())


def normalised(value: object, namespace: str) -> Any:
    """An answer without what differs from run to run: ids are numbered in order of appearance, times are `<time>`."""
    text = json.dumps(value, default=lambda item: getattr(item, "__dict__", None) or str(item), sort_keys=True)
    text = text.replace(namespace, "")
    numbers: dict[str, str] = {}
    text = UUID.sub(lambda match: numbers.setdefault(match[0], f"<id {len(numbers) + 1}>"), text)
    text = TIME.sub("<time>", text)
    return without_spelling(json.loads(re.sub(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]", "<trace>", text)))


def without_spelling(value: Any) -> Any:
    """The same, with JSON texts read: engines differ in their spaces."""
    if isinstance(value, dict):
        return {key: without_spelling(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_spelling(item) for item in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return without_spelling(json.loads(value))
        except ValueError:
            return value
    return value


def unequal(expected: Any, seen: Any, path: str = "$") -> Generator[tuple[str, str], None, None]:
    """Where two answers differ: (path, in words)."""
    if isinstance(expected, dict) and isinstance(seen, dict):
        for key in sorted({*expected, *seen}):
            if key not in expected and seen[key] is None:
                continue  # a property that models have since the answer was recorded, and that was not sent
            if key not in expected or key not in seen:
                yield f"{path}.{key}", "missing" if key not in seen else f"additional: {seen[key]!r}"
            else:
                yield from unequal(expected[key], seen[key], f"{path}.{key}")
    elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        for index, (left, right) in enumerate(zip(expected, seen, strict=True)):
            yield from unequal(left, right, f"{path}[{index}]")
    elif expected != seen:
        yield path, f"{expected!r} expected, {seen!r} seen"
