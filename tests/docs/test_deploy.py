"""What deploy/ holds fits the package: versions, names of variables, ports."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from docsite.settings import settings
from hatchet._settings import variable

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = ["Dockerfile", "compose.yaml", "worker.yaml"]


@pytest.mark.parametrize("file", FILES)
def test_every_variable_is_one_that_a_client_reads(file: str) -> None:
    named = set(re.findall(r"HATCHET_CLIENT_[A-Z_]+", (DEPLOY / file).read_text()))
    assert named - {variable(name) for name in settings()} == set()


def test_the_image_is_of_the_engine_that_the_specs_describe() -> None:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    lock = tomllib.loads((DEPLOY.parent / "specs" / "LOCK.toml").read_text())
    assert services["hatchet"]["image"].rpartition(":")[2] == lock["version"]
    assert [port.split(":")[0] for port in services["hatchet"]["ports"]] == ["127.0.0.1", "127.0.0.1"]


def test_the_probes_ask_where_the_worker_answers() -> None:
    [container] = yaml.safe_load((DEPLOY / "worker.yaml").read_text())["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    asked = [container[f"{kind}Probe"]["httpGet"] for kind in ("readiness", "liveness")]
    assert [(each["path"], ports[each["port"]]) for each in asked] == [("/health", 8001)] * 2
    assert "127.0.0.1:8001/health" in (DEPLOY / "Dockerfile").read_text()


def test_signals_reach_python_in_the_container() -> None:
    assert 'exec python -m \\"$MODULE\\"' in (DEPLOY / "Dockerfile").read_text()
