"""The Django application of docs/apps.md serves a request, and its command executes what the view started."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT

FILES: dict[str, str] = dict(
    re.findall(
        r'^```python title="(shop/\S+)"\n(.*?)^```', (ROOT / "docs" / "apps.md").read_text(), re.DOTALL | re.MULTILINE
    )
)
AROUND = {
    "shop/__init__.py": "",
    "shop/management/__init__.py": "",
    "shop/management/commands/__init__.py": "",
    "shop/models.py": """
from django.db import models

class Order(models.Model):
    customer = models.TextField()
    invoiced = models.BooleanField(default=False)
""",
    "settings.py": """
INSTALLED_APPS = ["shop"]
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.db"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
""",
    "manage.py": """
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
""",
    "browser.py": """
import time
import django
django.setup()
from django.test import RequestFactory
from shop.models import Order
from shop.tasks import hatchet, send_invoice
from shop.views import order

until = time.monotonic() + 60
while not list(hatchet.workers.iterate(statuses=["ACTIVE"])) and time.monotonic() < until:
    time.sleep(0.05)
answer = order(RequestFactory().post("/orders", {"customer": "Ada"}))
[run] = hatchet.runs.iterate(workflow_ids=[send_invoice.id])
print(answer.status_code, send_invoice.ref(run.metadata.id).result(timeout=60), Order.objects.get().invoiced)
""",
}


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM ends a process there without asking it")
def test_a_request_starts_a_run_and_the_command_executes_it(tmp_path: Path) -> None:
    for name, text in {**AROUND, **FILES}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT), str(ROOT / "generated")]),
        "DJANGO_SETTINGS_MODULE": "settings",
        "HATCHET_CLIENT_EMBEDDED": str(tmp_path / "engine"),
    }

    def start(*command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    with start("manage.py", "migrate", "--run-syncdb") as migration:
        said, _ = migration.communicate(timeout=60)
        assert migration.returncode == 0, said
    with start("manage.py", "worker") as worker:
        try:
            until = time.monotonic() + 60
            while not (tmp_path / "engine" / "engine.json").exists():  # the worker's process serves the folder
                assert time.monotonic() < until
                time.sleep(0.05)
            with start("browser.py") as browser:
                said, _ = browser.communicate(timeout=90)
            assert said == "201 invoice for Ada True\n"
        finally:
            worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate(timeout=60)
        assert worker.returncode == 0, said
