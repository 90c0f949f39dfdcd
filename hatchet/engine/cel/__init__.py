"""Expressions in CEL: compiled once, evaluated on plain values. Pure."""

from __future__ import annotations

from hatchet.engine.cel.environments import (
    CelFault,
    CompileFault,
    Environment,
    Value,
    WrongType,
    check,
    evaluate,
    evaluate_bool,
    evaluate_int,
    evaluate_str,
    json_object,
    whole,
)

__all__ = [
    "CelFault",
    "CompileFault",
    "Environment",
    "Value",
    "WrongType",
    "check",
    "evaluate",
    "evaluate_bool",
    "evaluate_int",
    "evaluate_str",
    "json_object",
    "whole",
]
