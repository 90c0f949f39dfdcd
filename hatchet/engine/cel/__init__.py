"""Expressions in CEL: compiled once, evaluated on plain values. Pure."""
