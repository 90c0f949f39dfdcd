"""There is one loop that tries again: in `transport/retry.py`. Everything else goes through it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2] / "hatchet"
RULE = "transport/retry.py"

#: Failures of a call, by the names under which `except` may catch them.
FAILURES = {
    "Exception", "BaseException", "HatchetError", "ApiError", "Unavailable", "DeadlineExceeded", "ServerError",
    "RateLimited", "ConnectionError", "TimeoutError", "OSError", "CallError", "AioRpcError", "HTTPError", "NotFound",
}  # fmt: skip

#: Loops that catch failures and go on, and do not try again: each pass is about something new.
OTHERS = {
    "worker/listener.py:_heartbeats": "a beat at fixed times; one that is lost is not made up for",
    "worker/room.py:_extend_timeout": "asks for more time at fixed times",
}


def loops_that_try_again(source: str) -> list[str]:
    """Functions with a loop in which a failure is caught and does not end it."""
    found: list[str] = []

    def visit(node: ast.AST, function: str, inside: bool) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            function, inside = getattr(node, "name", function), False
        if isinstance(node, ast.While):
            inside = True
        if inside and isinstance(node, ast.ExceptHandler) and catches(node) and not leaves(node.body):
            found.append(function)
        for child in ast.iter_child_nodes(node):
            visit(child, function, inside)

    visit(ast.parse(source), "", False)
    return sorted(set(found))


def catches(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(kind).rpartition(".")[2] in FAILURES for kind in kinds)


def leaves(body: list[ast.stmt]) -> bool:
    """Whether the last statement ends the loop."""
    return isinstance(body[-1], ast.Raise | ast.Return | ast.Break)


def sources() -> dict[str, str]:
    found = {str(path.relative_to(ROOT)): path.read_text() for path in ROOT.rglob("*.py")}
    return {path: text for path, text in found.items() if not path.startswith("engine/")}


def test_one_loop_tries_again() -> None:
    found = {f"{path}:{name}" for path, text in sources().items() for name in loops_that_try_again(text)}
    assert found - OTHERS.keys() == {f"{RULE}:run"}
    assert OTHERS.keys() <= found, "entries that are not needed any more"


def test_waits_between_tries_are_reckoned_in_one_place() -> None:
    assert {path for path, text in sources().items() if re.search(r"backoff\.wait\(", text)} == {RULE}
    chance = {path for path, text in sources().items() if "import random" in text}
    assert {path for path in chance if not path.startswith("testing/explore")} == {RULE}  # whose chance is their trade


def test_a_loop_that_tries_again_is_found_wherever_it_is() -> None:
    assert loops_that_try_again("while True:\n try: f()\n except ApiError: pass") == [""]
    assert loops_that_try_again("def g():\n while x:\n  try: f()\n  except (A, errors.Unavailable) as e: log(e)") == [
        "g"
    ]
    assert loops_that_try_again("def g():\n while x:\n  try: f()\n  except ApiError: return") == []
    assert loops_that_try_again("def g():\n while x:\n  def h():\n   try: f()\n   except ApiError: pass") == []
