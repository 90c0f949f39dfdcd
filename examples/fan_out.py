"""Many runs at once: children of a task, with typed results and errors in their places.

python -m examples.fan_out
"""

from __future__ import annotations

from pydantic import BaseModel

from hatchet import Context, Hatchet

hatchet = Hatchet.from_embedded(None)


class Page(BaseModel):
    url: str


class Site(BaseModel):
    urls: list[str]


class Summary(BaseModel):
    sizes: dict[str, int]
    broken: list[str]


@hatchet.task(retries=1)
async def fetch(input: Page, ctx: Context) -> int:
    """A stand-in for a download."""
    if "broken" in input.url:
        raise OSError(f"{input.url} does not answer")
    return len(input.url) * 100


@hatchet.task(execution_timeout="10m")
async def crawl(input: Site, ctx: Context) -> Summary:
    """Each page is a run of its own, on any worker; a retry of this task finds them again."""
    items = [fetch.create_bulk_run_item(Page(url=url), additional_metadata={"url": url}) for url in input.urls]
    results = await fetch.aio_run_many(items, return_exceptions=True)
    pages = dict(zip(input.urls, results, strict=True))
    return Summary(
        sizes={url: size for url, size in pages.items() if isinstance(size, int)},
        broken=[url for url, size in pages.items() if not isinstance(size, int)],
    )


def main() -> None:
    urls = [f"https://example.com/{number}" for number in range(20)] + ["https://example.com/broken"]
    with hatchet.worker("crawler", slots=10, workflows=[fetch, crawl]):
        summary = crawl.run(Site(urls=urls))
    print(f"{len(summary.sizes)} pages, {sum(summary.sizes.values())} bytes, broken: {', '.join(summary.broken)}")


if __name__ == "__main__":
    main()
