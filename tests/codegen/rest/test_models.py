"""The generated models: lazy, open to newer engines, strict about what we send."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from hatchet_api.rest import models

GENERATED = Path(__file__).parents[3] / "generated"
META = {"id": "a", "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z"}


def _loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after a statement."""
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(GENERATED)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return set(result.stdout.split())


def test_importing_the_package_imports_no_rest() -> None:
    assert not {name for name in _loaded_by("import hatchet_api") if name.startswith("hatchet_api.")}


def test_importing_the_models_imports_no_model() -> None:
    loaded = _loaded_by("import hatchet_api.rest.models")
    assert not {name for name in loaded if name.startswith("hatchet_api.rest.models.")}
    assert not loaded & {"httpx", "pydantic"}


def test_a_name_loads_its_own_module_and_what_that_needs() -> None:
    loaded = _loaded_by("from hatchet_api.rest.models import V1TaskEventList")
    assert {name.rpartition(".")[2] for name in loaded if name.startswith("hatchet_api.rest.models.")} == {
        "pagination_response",
        "v1_task_event",
        "v1_task_event_list",
        "v1_task_event_type",
    }


def test_importing_the_operations_imports_no_operation() -> None:
    loaded = _loaded_by("from hatchet_api.rest.api import runs")
    assert "hatchet_api.rest.api.runs" in loaded
    assert not {name for name in loaded if name.startswith(("hatchet_api.rest.api.runs.", "hatchet_api.rest.models."))}


def test_an_operation_loads_httpx_and_only_its_models() -> None:
    loaded = _loaded_by("from hatchet_api.rest.api import runs; runs.get_status")
    assert "httpx" in loaded
    assert {name.rpartition(".")[2] for name in loaded if name.startswith("hatchet_api.rest.models.")} == {
        "v1_task_status"
    }


def test_a_misspelt_name_is_an_attribute_error_as_in_any_module() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'V1TaskStates'"):
        getattr(models, "V1TaskStates")  # noqa: B009  the checkers know that it is not there
    assert "V1TaskStatus" in dir(models)


@pytest.mark.parametrize("name", models.__all__)
def test_every_name_can_be_loaded(name: str) -> None:
    assert getattr(models, name) is getattr(models, name)


def test_an_unknown_enum_value_is_kept() -> None:
    status = models.V1TaskStatus("HIBERNATING")
    assert not status.is_known
    assert models.V1TaskStatus.QUEUED.is_known
    assert (status.value, status.name, str(status)) == ("HIBERNATING", "HIBERNATING", "HIBERNATING")
    assert status == models.V1TaskStatus("HIBERNATING") != models.V1TaskStatus.QUEUED
    assert pickle.loads(pickle.dumps(status)) == status
    assert len(models.V1TaskStatus) == 5


def test_a_value_of_another_type_is_no_enum_value() -> None:
    with pytest.raises(ValidationError):
        models.V1TaskRunMetric.model_validate({"status": 3, "count": 1})


def test_an_unknown_enum_value_survives_a_round_trip() -> None:
    metric = models.V1TaskRunMetric.model_validate({"status": "HIBERNATING", "count": 1})
    assert metric.status == "HIBERNATING"
    assert metric.model_dump_json(exclude_unset=True) == '{"status":"HIBERNATING","count":1}'


def test_an_extra_field_is_ignored() -> None:
    update = models.UpdateWorkerRequest.model_validate({"isPaused": True, "isTired": True})
    assert update == models.UpdateWorkerRequest(is_paused=True)


def test_fields_are_given_by_name_or_by_the_engines_spelling() -> None:
    spelled = models.UpdateWorkerRequest.model_validate({"isPaused": True})
    assert spelled == models.UpdateWorkerRequest(is_paused=True)
    assert spelled.model_dump(by_alias=True) == {"isPaused": True}


def test_limits_hold_for_what_is_sent_and_not_for_what_is_received() -> None:
    with pytest.raises(ValidationError):
        models.CreateAPITokenRequest(name="x" * 256)
    received = models.APIToken.model_validate({"metadata": META, "name": "x" * 256, "expiresAt": META["createdAt"]})
    assert len(received.name) == 256


def test_a_body_takes_no_time_without_a_zone() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        models.UpdateScheduledWorkflowRunRequest(trigger_at=datetime(2026, 1, 2))
    aware = models.UpdateScheduledWorkflowRunRequest(trigger_at=datetime(2026, 1, 2, tzinfo=timezone.utc))
    assert aware.model_dump_json(by_alias=True) == '{"triggerAt":"2026-01-02T00:00:00Z"}'


def test_models_may_refer_to_each_other_in_a_circle() -> None:
    run = {
        "metadata": META,
        "tenantId": "t",
        "workflowRunId": "w",
        "jobId": "j",
        "status": "RUNNING",
        "stepRuns": [
            {
                "metadata": META,
                "tenantId": "t",
                "jobRunId": "r",
                "stepId": "s",
                "status": "RUNNING",
                "jobRun": {
                    "metadata": META,
                    "tenantId": "t",
                    "workflowRunId": "w",
                    "jobId": "inner",
                    "status": "NEW",
                },
            }
        ],
    }
    parsed = models.JobRun.model_validate(run)
    assert parsed.step_runs is not None
    inner = parsed.step_runs[0].job_run
    assert inner is not None
    assert (inner.job_id, inner.status) == ("inner", "NEW")


def test_each_shape_of_a_choice_is_told_by_its_discriminator() -> None:
    update = models.WorkflowUpdateRequest.model_validate({"pause": {"action": "unpause"}})
    assert isinstance(update.pause, models.PauseWorkflowRequestUnpause)
    with pytest.raises(ValidationError):
        models.WorkflowUpdateRequest.model_validate({"pause": {"action": "reboot"}})


def test_no_field_of_any_model_is_a_uuid() -> None:
    """Ids of two answers compare, whichever endpoints they come from."""
    kinds = [kind for name in models.__all__ if isinstance(kind := getattr(models, name), type)]
    fields = {
        f"{kind.__name__}.{name}": str(field.annotation)
        for kind in kinds
        if issubclass(kind, BaseModel)
        for name, field in kind.model_fields.items()
    }
    assert len(fields) > 500
    assert {name for name, annotation in fields.items() if "UUID" in annotation} == set()


@pytest.mark.parametrize("given", [UUID(int=1), str(UUID(int=1)), f"{{{UUID(int=1)}}}".upper()])
def test_an_id_that_is_sent_is_a_uuid_or_its_text(given: Any) -> None:
    request = models.V1CancelTaskRequest(external_ids=[given])
    assert request.external_ids == [str(UUID(int=1))]
    assert request.model_dump_json(by_alias=True, exclude_unset=True) == f'{{"externalIds":["{UUID(int=1)}"]}}'


def test_an_id_that_is_sent_and_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="valid UUID"):
        models.V1CancelTaskRequest(external_ids=["x"])


def test_an_id_that_comes_back_is_taken_as_it_is() -> None:
    event = {"id": 1, "taskId": "task-7", "timestamp": META["createdAt"], "eventType": "STARTED", "message": ""}
    assert models.V1TaskEvent.model_validate(event).task_id == "task-7"
