"""Chunks of streams come in order."""

from __future__ import annotations

from hatchet.engine.delivery.chunks import ChunkOrder


class TestChunkOrder:
    def test_chunks_come_out_in_order(self) -> None:
        order: ChunkOrder[str] = ChunkOrder(10)
        assert order.add("t", 1, "b") == []
        assert order.waiting("t")
        assert order.add("t", 0, "a") == ["a", "b"]
        assert not order.waiting("t")
        assert order.add("t", None, "loose") == ["loose"]

    def test_a_gap_given_up_releases_what_waited(self) -> None:
        order: ChunkOrder[str] = ChunkOrder(10)
        order.add("t", 3, "d")
        order.add("t", 2, "c")
        assert order.give_up("t") == ["c", "d"]
        assert order.add("t", 7, "h") == ["h"]

    def test_a_new_attempt_counts_from_zero(self) -> None:
        order: ChunkOrder[str] = ChunkOrder(10)
        assert order.add("t", 0, "a") == ["a"]
        assert order.forget("t") == []
        assert order.add("t", 0, "again") == ["again"]

    def test_the_number_of_held_chunks_is_bounded(self) -> None:
        order: ChunkOrder[int] = ChunkOrder(2)
        assert [order.add("t", index, index) for index in (1, 2, 3)] == [[], [], [1, 2, 3]]

    def test_a_task_that_begins_anew_counts_from_nought(self) -> None:
        order: ChunkOrder[str] = ChunkOrder(10)
        assert order.add("t", 0, "a") == ["a"]
        order.add("t", 2, "c")
        assert order.forget("t") == ["c"]
        assert order.add("t", 0, "b") == ["b"]
        assert order.add("t", 1, "d") == ["d"]

    def test_a_task_that_begins_anew_waits_for_its_first_chunk(self) -> None:
        order: ChunkOrder[str] = ChunkOrder(10)
        order.add("t", 0, "of the attempt before")
        order.forget("t")
        assert order.add("t", 1, "b") == []
        assert order.add("t", 0, "a") == ["a", "b"]

    def test_nothing_is_kept_of_tasks_that_have_ended(self) -> None:
        order: ChunkOrder[str] = ChunkOrder(10)
        for number in range(100):
            order.add(f"t{number}", 0, "a")
            order.forget(f"t{number}")
        assert order._lanes == {}
