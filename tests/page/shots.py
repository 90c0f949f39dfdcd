"""`make page-shots`: pictures of the main views, to look at: light, dark, and in a narrow window."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import ViewportSize, sync_playwright

from hatchet import Hatchet
from tests.page.browser.people import ARGUMENTS, NAMES, Person, served
from tests.page.programs import Order, Shop

Scheme = Literal["light", "dark"]
LOOKS: Final[dict[str, tuple[Scheme, ViewportSize]]] = {
    "light": ("light", {"width": 1280, "height": 800}),
    "dark": ("dark", {"width": 1280, "height": 800}),
    "narrow": ("light", {"width": 360, "height": 740}),
}


def main() -> None:
    """Make them, in the folder that is given."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        sys.exit(f"there is no browser here ({', '.join(NAMES)}): make browser")
    with Hatchet.from_embedded(None) as hatchet, served(hatchet) as page, sync_playwright() as playwright:
        shop = Shop(hatchet)
        with shop.worker():
            views = views_of(hatchet, shop)
            window = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS).new_page()
            person = Person(window)
            person.open(page.links[-1])
            for look, (scheme, size) in LOOKS.items():
                window.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                window.set_viewport_size(size)
                for name, path in views.items():
                    person.go(path)
                    file = folder / f"{name}-{look}.png"
                    window.screenshot(path=file, full_page=True)
                    print(file)


def views_of(hatchet: Hatchet, shop: Shop) -> dict[str, str]:
    """The views, of an engine on which something has happened."""
    teams = ("tea", "coffee", "milk")
    runs = [
        shop.flow.run_no_wait(Order(customer=name), additional_metadata={"team": teams[number % 3]})
        for number, name in enumerate(("Ada", "Nobody", "Bob", "Carol", "Nobody", "Dan"))
    ]
    hatchet.runs.wait_for([run.workflow_run_id for run in runs])
    asks, sleeps = shop.asks.run_no_wait(), shop.sleeps.run_no_wait()
    hatchet.cron.create("order", "nightly", "0 3 * * *", {"customer": "Ada"})
    hatchet.scheduled.create("order", datetime(2099, 1, 1, tzinfo=timezone.utc), {"customer": "Ada"})
    hatchet.event.push("order:paid", {"order": 17, "by": "card"}, scope="shop")
    hatchet.rate_limits.put("mails", 100)
    return {
        "runs": "/runs", "run": f"/runs/{runs[0].workflow_run_id}", "failed": f"/runs/{runs[1].workflow_run_id}",
        "durable": f"/runs/{asks.workflow_run_id}", "running": f"/runs/{sleeps.workflow_run_id}",
        "workflows": "/workflows", "form": f"/workflows/{shop.flow.id}", "workers": "/workers", "events": "/events",
        "crons": "/crons", "schedules": "/schedules", "rate-limits": "/rate-limits", "webhooks": "/webhooks",
        "nothing": "/nowhere",
    }  # fmt: skip


if __name__ == "__main__":
    main()
