"""Progress on the terminal while a task runs: values that it streams, typed on both sides.

python -m examples.streaming
"""

from __future__ import annotations

import asyncio

from pydantic import BaseModel

from hatchet import Context, Hatchet

hatchet = Hatchet.from_embedded(None)


class Text(BaseModel):
    words: list[str]


class Progress(BaseModel):
    done: int
    of: int
    word: str


@hatchet.task()
async def speak(input: Text, ctx: Context) -> int:
    await asyncio.sleep(1)  # what is sent before somebody listens is not repeated
    for number, word in enumerate(input.words, 1):
        await asyncio.sleep(0.05)  # a stand-in for a model that thinks
        await ctx.aio_put_stream(Progress(done=number, of=len(input.words), word=word))
    return len(input.words)


async def main() -> None:
    async with hatchet.worker("speaker", workflows=[speak]):
        ref = await speak.aio_run_no_wait(Text(words=["a", "task", "tells", "what", "it", "does"]))
        async for progress in ref.subscribe_to_stream(Progress):
            print(f"[{progress.done}/{progress.of}] {progress.word}", flush=True)
        print(f"{await ref.aio_result()} words")


if __name__ == "__main__":
    asyncio.run(main())
