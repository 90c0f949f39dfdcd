"""Which engine each client gets while a test runs, and who asks for further ones."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet import ClientConfig
from hatchet._lifetime import ClientWays, Engagement, takeovers
from hatchet.errors import HatchetError
from hatchet.testing.takeover import EnginesOfTest, NoTest
from hatchet.transport.io_loop import shared_io_loop


class Engine:
    """Notes which clients it got."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.clients: list[ClientWays] = []

    def engage(self, ways: ClientWays) -> Engagement:
        self.clients.append(ways)
        return cast(Engagement, SimpleNamespace(config=ClientConfig(token="", host_port="x:1", embedded=self.name)))


class Test:
    """The engines of a test, with the names of those that it made."""

    __test__ = False

    def __init__(self) -> None:
        self.made: list[str] = []
        self.main = Engine("main")
        self.engines = EnginesOfTest[Engine](self.main, self._make)

    def _make(self) -> Engine:
        self.made.append(f"further {len(self.made) + 1}")
        return Engine(self.made[-1])

    def of(self, client: ClientWays) -> str:
        return self.engines.engine_of(client).name


def client(given: object = None, made_under: object = None) -> ClientWays:
    return cast(ClientWays, SimpleClient(given, made_under))


class SimpleClient:
    def __init__(self, given: object, made_under: object) -> None:
        self.given = given
        self.made_under = made_under


@pytest.fixture(autouse=True)
def in_force(monkeypatch: pytest.MonkeyPatch) -> object:
    here = object()
    monkeypatch.setattr(takeovers, "current", here)
    return here


def settings() -> Any:
    return object()


def test_the_first_client_has_the_engine_of_the_test_and_each_further_one_its_own() -> None:
    test = Test()
    first, second, third = client(), client(), client()
    assert [test.of(each) for each in (first, second, third, first, second)] == [
        "main", "further 1", "further 2", "main", "further 1",
    ]  # fmt: skip
    assert {each.name for each in test.engines.engines} == {"main", "further 1", "further 2"}
    assert test.main.clients == [first], "it is engaged once"


def test_an_engagement_is_made_once_and_told_only_where_there_is_one() -> None:
    test = Test()
    one = client()
    assert test.engines.engaged(one) is None
    found = test.engines.engagement(one)
    assert test.engines.engagement(one) is found
    assert test.engines.engaged(one) is found
    assert test.engines.engines == {test.main}
    assert test.main.clients == [one]


def test_clients_of_the_same_settings_share_one() -> None:
    test = Test()
    same, other = settings(), settings()
    names = [test.of(client(given)) for given in (same, other, same, other, None)]
    assert names == ["main", "further 1", "main", "further 1", "further 2"]
    engaged = test.engines.engagement(client(same))
    assert test.of(client(engaged.config)) == "main", "settings of an engagement lead to its engine"


def test_settings_that_the_test_has_asked_for_lead_to_its_engine() -> None:
    test = Test()
    invited = settings()
    guest = Engine("guest")
    test.engines.invite(invited, guest)
    assert test.of(client(invited)) == "guest"
    assert test.of(client()) == "main", "the program's first client, which was made before the test"
    assert test.of(client()) == "further 1"


def test_a_client_that_is_made_within_a_test_that_has_one_is_not_the_program_s(in_force: object) -> None:
    test = Test()
    assert test.of(client(made_under=in_force)) == "main", "as long as the test has asked for none"
    other = Test()
    other.engines.invite(settings(), other.main)
    assert other.of(client(made_under=in_force)) == "further 1"
    assert other.of(client(made_under=object())) == "further 2"


def test_on_the_loop_of_clients_no_engine_is_started() -> None:
    async def there() -> None:
        test.engines.engagement(client())

    test = Test()
    with pytest.raises(HatchetError) as caught:
        shared_io_loop().block(there())
    assert str(caught.value) == ("a client was first used on the loop of its own calls, where no engine can be started")
    assert (test.main.clients, test.made) == ([], [])


def test_between_tests_there_is_none() -> None:
    assert NoTest().engaged(client()) is None
    with pytest.raises(HatchetError) as caught:
        NoTest().engagement(client())
    assert str(caught.value) == (
        'no test is running, and with hatchet_engine = "memory" there is an engine only while one does: make the '
        "call in a test or in a fixture of a test; a fixture of a wider scope has `with MemoryEngine():` around it"
    )
