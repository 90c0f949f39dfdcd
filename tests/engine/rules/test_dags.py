"""Runs of several tasks over the wire."""

from __future__ import annotations

from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from tests.engine.peer import Peer, RawWorker, errors, outputs, payload, task


async def diamond(peer: Peer, name: str) -> RawWorker:
    """A workflow whose `left` and `right` follow `top` and meet in `bottom`, and a worker for it."""
    await peer.put(
        name,
        task("top", workflow=name),
        task("left", workflow=name, parents=["top"]),
        task("right", workflow=name, parents=["top"]),
        task("bottom", workflow=name, parents=["left", "right"]),
    )
    return await peer.worker(*(f"{name}:{each}" for each in ("top", "left", "right", "bottom")))


async def test_tasks_follow_their_parents_and_see_all_outputs_so_far(peer: Peer) -> None:
    worker = await diamond(peer, "diamond")
    run_id = await peer.trigger("diamond", {"n": 1})
    top = await worker.next()
    assert top.task_name == "top"
    assert top.workflow_run_id == run_id
    assert top.task_run_external_id != run_id
    await worker.complete(top, {"from": "top"})
    sides = [await worker.next(), await worker.next()]
    assert [side.task_name for side in sides] == ["left", "right"]
    assert payload(sides[0])["parents"] == {"top": {"from": "top"}}
    running = await peer.details(run_id)
    assert running.status == admin_pb2.RUNNING
    assert set(running.task_runs) == {"top", "left", "right"}
    assert running.task_runs["top"].status == admin_pb2.QUEUED
    assert not running.task_runs["top"].output
    for side in sides:
        await worker.complete(side, {"from": side.task_name})
    bottom = await worker.next()
    assert payload(bottom)["parents"] == {
        "top": {"from": "top"},
        "left": {"from": "left"},
        "right": {"from": "right"},
    }
    await worker.complete(bottom, {"done": True})
    result = await peer.result(run_id)
    assert [each.task_name for each in result.results] == ["top", "left", "right", "bottom"]
    assert outputs(result)["bottom"] == {"done": True}
    assert (await peer.details(run_id)).status == admin_pb2.COMPLETED


async def test_a_failed_parent_cancels_what_follows_and_fails_the_run(peer: Peer) -> None:
    worker = await diamond(peer, "broken")
    run_id = await peer.trigger("broken")
    await worker.complete(await worker.next())
    left, right = await worker.next(), await worker.next()
    await worker.fail(left, "left broke")
    await worker.complete(right, {"ok": 1})
    result = await peer.result(run_id)
    assert errors(result) == {"left": "left broke", "bottom": ""}
    assert (await peer.details(run_id)).status == admin_pb2.FAILED


async def test_a_task_is_skipped_when_all_of_its_parents_were(peer: Peer) -> None:
    worker = await diamond(peer, "skipped")
    run_id = await peer.trigger("skipped")
    await worker.complete(await worker.next())
    for _ in range(2):
        await worker.complete(await worker.next(), {"skipped": True})
    assert outputs(await peer.result(run_id))["bottom"] == {"skipped": True}


async def test_one_skipped_parent_among_others_does_not_skip(peer: Peer) -> None:
    worker = await diamond(peer, "half")
    await peer.trigger("half")
    await worker.complete(await worker.next())
    await worker.complete(await worker.next(), {"skipped": True})
    await worker.complete(await worker.next(), {"ok": 1})
    bottom = await worker.next()
    assert bottom.task_name == "bottom"


async def test_cancelling_a_run_ends_the_tasks_that_still_wait(peer: Peer) -> None:
    worker = await diamond(peer, "dropped")
    run_id = await peer.trigger("dropped")
    await worker.next()
    await peer.cancel(run_id)
    assert (await worker.next()).action_type == dispatcher_pb2.CANCEL_STEP_RUN
    assert errors(await peer.result(run_id)) == dict.fromkeys(("top", "left", "right", "bottom"), "")
    assert (await peer.details(run_id)).status == admin_pb2.CANCELLED


async def test_a_replayed_task_takes_what_follows_it_along(peer: Peer) -> None:
    worker = await diamond(peer, "redo")
    run_id = await peer.trigger("redo")
    await worker.complete(await worker.next(), {"top": 1})
    left, right = await worker.next(), await worker.next()
    await worker.fail(left)
    await worker.complete(right, {"right": 1})
    before = await peer.result(run_id)
    ids = {each.task_name: each.task_run_external_id for each in before.results}
    assert set(await peer.replay(ids["left"])) == {ids["left"], ids["bottom"]}
    again = await worker.next()
    assert (again.task_run_external_id, again.retry_count) == (ids["left"], 1)
    assert payload(again)["parents"] == {"top": {"top": 1}, "right": {"right": 1}}
    await worker.complete(again, {"left": 2})
    await worker.complete(await worker.next(), {"bottom": 2})
    assert outputs(await peer.result(run_id)) == {
        "top": {"top": 1},
        "left": {"left": 2},
        "right": {"right": 1},
        "bottom": {"bottom": 2},
    }


async def test_a_parent_that_is_not_replayed_decides_at_once(peer: Peer) -> None:
    worker = await diamond(peer, "half-redo")
    run_id = await peer.trigger("half-redo")
    await worker.complete(await worker.next(), {"top": 1})
    left, right = await worker.next(), await worker.next()
    await worker.fail(left)
    await worker.complete(right, {"right": 1})
    ids = {each.task_name: each.task_run_external_id for each in (await peer.result(run_id)).results}
    assert set(await peer.replay(ids["right"])) == {ids["right"], ids["bottom"]}
    again = await worker.next()
    assert again.task_run_external_id == ids["right"]
    # `left` stays failed, so `bottom` is cancelled already. Replayed while `right` runs, it begins at once.
    assert await peer.replay(ids["bottom"]) == [ids["bottom"]]
    await worker.complete(await worker.next(), {"bottom": 2})
    await worker.complete(again, {"right": 2})
    assert set(errors(await peer.result(run_id))) == {"left"}


async def test_an_on_failure_task_runs_after_a_failure_and_learns_the_reason(peer: Peer) -> None:
    await peer.put(
        "guarded", task("main", workflow="guarded"), on_failure_task=task("guarded-on-failure", workflow="guarded")
    )
    worker = await peer.worker("guarded:main", "guarded:guarded-on-failure")
    run_id = await peer.trigger("guarded")
    main = await worker.next()
    assert main.task_run_external_id != run_id
    await worker.fail(main, "main broke")
    rescue = await worker.next()
    assert rescue.task_name == "guarded-on-failure"
    assert payload(rescue)["step_run_errors"] == {"main": "main broke"}
    await worker.complete(rescue, {"cleaned": True})
    assert outputs(await peer.result(run_id)) == {"guarded-on-failure": {"cleaned": True}}
    assert (await peer.details(run_id)).status == admin_pb2.FAILED


async def test_an_on_failure_task_is_skipped_when_nothing_failed(peer: Peer) -> None:
    await peer.put("fine", task("main", workflow="fine"), on_failure_task=task("rescue", workflow="fine"))
    worker = await peer.worker("fine:main", "fine:rescue")
    run_id = await peer.trigger("fine")
    await worker.complete(await worker.next(), {"ok": 1})
    assert outputs(await peer.result(run_id)) == {"main": {"ok": 1}, "rescue": {"skipped": True}}
    assert (await peer.details(run_id)).status == admin_pb2.COMPLETED


async def test_a_retried_task_holds_what_follows_it_back_until_it_ends(peer: Peer) -> None:
    await peer.put("hold", task("a", workflow="hold", retries=1), task("b", workflow="hold", parents=["a"]))
    worker = await peer.worker("hold:a", "hold:b")
    run_id = await peer.trigger("hold")
    await worker.fail(await worker.next())
    second = await worker.next()
    assert (second.task_name, second.retry_count) == ("a", 1)
    await worker.complete(second, {"a": 1})
    await worker.complete(await worker.next(), {"b": 1})
    assert outputs(await peer.result(run_id)) == {"a": {"a": 1}, "b": {"b": 1}}


async def test_a_long_chain_cancels_without_running_out_of_stack(peer: Peer) -> None:
    names = [f"t{number}" for number in range(1500)]
    await peer.put(
        "chain",
        *(
            task(name, workflow="chain", parents=names[number - 1 : number] if number else ())
            for number, name in enumerate(names)
        ),
    )
    worker = await peer.worker("chain:t0")
    run_id = await peer.trigger("chain")
    await worker.fail(await worker.next(), "at the start")
    result = errors(await peer.result(run_id))
    assert result.pop("t0") == "at the start"
    assert set(result.values()) == {""}
    assert len(result) == 1499
