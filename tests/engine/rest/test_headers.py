"""What answers over REST say besides their bodies: nothing of the server, and no date."""

from __future__ import annotations

import pytest

from tests.engine.rest_peer import Rest


@pytest.mark.parametrize("path", ["/api/v1/tenants/{tenant}", "/api/v1/nothing", "/"])
async def test_answers_do_not_name_the_server(rest: Rest, path: str) -> None:
    answer = await rest.send("GET", path)
    assert {name.lower() for name in answer.headers} == {"content-type", "content-length"}
