"""Whether the type of a parameter and `input_validator=` are one and the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pytest

from hatchet.definitions.base_task import same_input


@pytest.mark.parametrize(
    ("taken", "declared", "same"),
    [
        (int, int, True), (list[int], list[int], True), (Literal["a"], Literal["a"], True),
        (int | str, int | str, True), (dict, dict[str, int], True), (dict[str, int], dict, True),
        (Mapping, dict[str, int], True),
        (dict, Mapping[str, int], False), (int, bool, False), (list[int], list[str], False),
        (list, dict[str, int], False), (Literal["a"], dict, False), (dict, Literal["a"], False),
        (Literal["a"], Literal["b"], False), (int | str, int, False),
    ],
)  # fmt: skip
def test_a_kind_says_no_more_than_that_it_is_one(taken: Any, declared: Any, same: bool) -> None:
    assert same_input(taken, declared) is same
