"""Boxes in which frameworks keep arrays: `self.variable(…)` of flax.linen, `nnx.Param(…)`."""

import ast
from typing import TypeGuard

from jaxslice_lint.tracing.domain.data import UNKNOWN
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.joins import join_all
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Class, Instance, Union, Value


def variable(tracer: Tracer, value: Value, frame: Frame) -> Instance:
    """A new box that holds `value`."""
    node = ast.ClassDef("Variable", [], [], [], [])
    return Instance(
        Class("Variable", node, frame, (), is_variable=True), {"value": value}, tracer.new_number()
    )


def content(value: Value) -> Value:
    """What is in a box; any other value is itself."""
    if isinstance(value, Union):
        inside = [content(one) for one in value.values]
        return join_all(inside) if any(map(is_variable, value.values)) else value
    # A class of the analysed code that derives from a box may keep its content elsewhere.
    return value.attributes.get("value", UNKNOWN) if is_variable(value) else value


def is_variable(value: Value) -> TypeGuard[Instance]:
    """Whether a value is a box."""
    return isinstance(value, Instance) and value.cls.is_variable
