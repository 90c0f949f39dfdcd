"""A batch task: single runs from anywhere, gathered into one call, as models and databases like it.

python -m examples.batches
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel

from hatchet import Context, Hatchet

hatchet = Hatchet.from_embedded(None)


class Sentence(BaseModel):
    language: str
    text: str


@hatchet.batch_task(
    batch_max_size=50,
    batch_max_interval=timedelta(milliseconds=200),  # nobody waits longer for a batch to fill
    batch_group_key="input.language",  # a batch has one language
)
async def embed(inputs: dict[str, Sentence], ctx: Context) -> dict[str, list[float]]:
    """Inputs by run in, outputs by run out."""
    languages = {sentence.language for sentence in inputs.values()}
    print(f"{len(inputs)} sentences of {', '.join(languages)} in one call", flush=True)
    return {run_id: [float(len(sentence.text))] for run_id, sentence in inputs.items()}


def main() -> None:
    sentences = [Sentence(language="en", text=f"sentence {number}") for number in range(100)]
    sentences += [Sentence(language="de", text="ein Satz")]
    with hatchet.worker("embedder", workflows=[embed]):
        vectors = embed.run_many([embed.create_bulk_run_item(sentence) for sentence in sentences])
        print(f"{len(vectors)} vectors, one alone: {embed.run(sentences[0])}")


if __name__ == "__main__":
    main()
