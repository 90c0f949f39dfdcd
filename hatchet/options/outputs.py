"""What of inputs and outputs needs no pydantic."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar, cast

from hatchet.errors import NoTaskOutput

T_co = TypeVar("T_co", covariant=True)

BOXED: Final = "$value"
"""Key of the object in which a value travels that is none."""


class NotGiven:
    """Stands for the input that a workflow of EmptyModel may be started without."""

    def __repr__(self) -> str:
        return "EmptyModel()"


NOT_GIVEN: Final = NotGiven()


class Producer(Protocol[T_co]):
    """Something whose output can be asked for by its declaration: a task, or a standalone task."""

    @property
    def name(self) -> str:
        """The task's name."""
        ...

    def load_output(self, data: str | bytes) -> T_co:
        """The output that a JSON text stands for."""
        ...


def name_in_run(task: object, run: str, workflow: str | None) -> str:
    """The name under which a run has the output of a task.

    Args:
        task: a task, or a standalone task, which may have been added to any workflow.
        run: the run, for the words of the error.
        workflow: the workflow of the run, where it is known.

    Raises:
        NoTaskOutput: this is no task, or one of another workflow.
    """
    name: object = getattr(task, "name", None)
    if not isinstance(name, str) or not hasattr(task, "load_output"):
        raise NoTaskOutput(f"{run} has outputs of tasks, and {task!r} is none; give what @….task() made")
    action: object = getattr(task, "action_id", None)  # only what belongs to one workflow has it
    service = action.rpartition(":")[0] if isinstance(action, str) else None
    if service is not None and workflow is not None and service != workflow.lower():
        raise NoTaskOutput(f"{run} of workflow {workflow!r} has no output of {name!r}, a task of workflow {service!r}")
    return name


def unboxed(value: object) -> object:
    """Decoded JSON without the box that it may have travelled in."""
    if not isinstance(value, dict):
        return value
    found = cast("dict[str, object]", value)
    return found[BOXED] if len(found) == 1 and BOXED in found else found


def unboxed_text(text: str) -> str:
    """A JSON text without the box that it may have travelled in."""
    if not text.lstrip("{ ").startswith(f'"{BOXED}"'):
        return text
    value: object = json.loads(text)
    inside = unboxed(value)
    return text if inside is value else json.dumps(inside, ensure_ascii=False)


def boxed(value: object) -> str:
    """The JSON text of a decoded value, in a box where it would be taken for one; `plain` gives the value."""
    text = json.dumps(value, ensure_ascii=False)
    return text if unboxed(value) is value else f'{{"{BOXED}": {text}}}'


def json_of(text: str | None) -> Any:  # Any: JSON of a shape that only its sender knows
    """The JSON value of a text; None for nothing."""
    return json.loads(text) if text and text.strip() else None


def plain(text: str) -> Any:  # Any: JSON of a shape that only the caller knows
    """The same, without the box that the value may have travelled in."""
    return unboxed(json_of(text))


def load_mapping(text: str) -> Mapping[str, object]:
    """The JSON object of a text; empty for nothing, null and anything that is no object."""
    value: object = json_of(text)
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


class ChildOutputs(dict[str, str]):
    """What the log of a durable task tells of a child that ended well: one text, which the child knows how to read."""

    def __init__(self, workflow: str, text: str) -> None:
        super().__init__({workflow: text})
        self.text: str = text
        """The output of a task; of a workflow an object with the outputs of its tasks."""

    def by_task(self, tasks: Sequence[str], *, is_alone: bool) -> dict[str, str]:
        """The output texts of a workflow's tasks.

        Args:
            tasks: their names, as far as they are known: an engine leaves those out that returned nothing.
            is_alone: whether it has one task, whose output is all there is.
        """
        if is_alone:
            return dict.fromkeys(tasks, self.text)
        found = {name: json.dumps(output) for name, output in load_mapping(self.text).items()}
        return {**dict.fromkeys(tasks, ""), **found}
