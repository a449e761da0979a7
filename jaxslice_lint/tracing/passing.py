"""The arguments of a transformed function as JAX passes them on: traced, mapped, static, or as Refs."""

import ast
from dataclasses import dataclass

from jaxslice_lint.jax_model.lookup import short
from jaxslice_lint.jax_model.schema import How
from jaxslice_lint.tracing.frames import Arguments, Frame, Mode
from jaxslice_lint.tracing.joins import is_traced
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.results import Leaves
from jaxslice_lint.tracing.signatures import Parameters, name_of, parameters_of
from jaxslice_lint.tracing.site import Status, Step
from jaxslice_lint.tracing.static_parameters import StaticParameters, static_parameters
from jaxslice_lint.tracing.values import (
    NONE,
    Data,
    Flavor,
    Instance,
    Mapping,
    Sequence,
    Value,
    Wrapped,
    is_none,
    unknown,
)

MAPPING = (How.MAPPED, How.ARRAYS_MAPPED)
_ARRAYS_ONLY = (How.ARRAYS_TRACED, How.ARRAYS_MAPPED)


def passed_arguments(
    tracer: Tracer, wrapped: Wrapped, arguments: Arguments, frame: Frame, node: ast.AST, step: Step
) -> Arguments:
    """The arguments as the wrapped function sees them."""
    how = wrapped.wrapper.how
    if how is How.CUSTOM_RULE:
        how = How.TRACED if frame.mode is Mode.STAGED else How.TRANSPARENT
    if how is How.TRANSPARENT:
        return arguments
    parameters = parameters_of(wrapped.function)
    if how is How.KERNEL:
        return _refs(tracer, parameters, frame, node, step)
    static = static_parameters(wrapped, parameters, len(arguments.positional))
    return _Passing(tracer, wrapped, frame, node, step, how, parameters, static).all(arguments)


@dataclass(frozen=True, slots=True)
class _Passing:
    """One call of a transformed function."""

    tracer: Tracer
    wrapped: Wrapped
    frame: Frame
    node: ast.AST
    step: Step
    how: How
    parameters: Parameters
    static: StaticParameters | None

    def all(self, arguments: Arguments) -> Arguments:
        names = self.parameters.positional
        rest = self.parameters.vararg or "an argument"
        positional = tuple(
            self._passed(value, names[position] if position < len(names) else rest, position)
            for position, value in enumerate(arguments.positional)
        )
        keywords = tuple(
            (name, self._passed(value, name, None)) for name, value in arguments.keywords
        )
        starred = None if arguments.rest is None else self._starred(arguments.rest, rest)
        return Arguments(positional, keywords, starred, arguments.open)

    def _passed(self, value: Value, name: str, position: int | None) -> Value:
        if self.static is None:
            return value if is_traced(value) else unknown("it may be a static argument")
        if position in self.static.positions or name in self.static.names:
            return value
        if self.how is How.VECTORIZED and isinstance(value, Data) and _is_python(value):
            return value
        is_mapping = self.how in MAPPING
        if position is None or not is_mapping:
            return self._leaves(name).traced(value, drop_axis=is_mapping)
        axes = dict(self.wrapped.options).get("in_axes")
        mapped = _mapped(self._leaves(name), value, _axis(axes, position))
        # Inside `pmap`, what is not mapped is a tracer too: it is compiled.
        return self._leaves(name).traced(mapped) if self.wrapped.wrapper.stages else mapped

    def _starred(self, value: Value, name: str) -> Value:
        """An item of a starred argument."""
        if self.static is None:
            return value
        if self.static.positions or self.how in MAPPING:
            return unknown("an item of a starred argument")
        return self._leaves(name).traced(value)

    def _leaves(self, name: str) -> Leaves:
        row = self.wrapped.wrapper
        function = name_of(self.wrapped.function)
        return Leaves(
            self.tracer,
            self.frame,
            self.node,
            f"`{name}` is an argument of `{function}` under `{short(row.path)}`",
            self.step,
            arrays_only=self.how in _ARRAYS_ONLY,
            blocks=row.blocks,
        )


def _is_python(value: Data) -> bool:
    return value.flavor is Flavor.PYTHON


def _axis(axes: Value | None, position: int) -> Value | None:
    """The entry of `in_axes` for one argument."""
    if isinstance(axes, Sequence):
        return axes.items[position] if position < len(axes.items) else None
    return axes


def _mapped(leaves: Leaves, value: Value, axis: Value | None) -> Value:
    """An argument of a mapped function: one element along an axis, or unchanged where its axis is None."""
    match axis:
        case None:
            return leaves.traced(value, drop_axis=True)
        case Data(const=None):
            return value
        case Data(const=int()):
            return leaves.all_traced(value, drop_axis=True)
        case Sequence(items=axes) if isinstance(value, Sequence) and len(axes) == len(value.items):
            parts = [_mapped(leaves, v, a) for v, a in zip(value.items, axes, strict=True)]
            return Sequence(tuple(parts), value.mutable)
        case Mapping(items=axes) if isinstance(value, Mapping):
            by_name = dict(axes)
            return Mapping(
                tuple((k, _mapped(leaves, v, by_name.get(k, NONE))) for k, v in value.items)
            )
        case Instance(cls=cls) if isinstance(value, Instance) and value.cls is cls:
            by_field = {
                name: part
                if name in cls.static_fields
                else _mapped(leaves, part, axis.attributes.get(name, NONE))
                for name, part in value.attributes.items()
            }
            return Instance(cls, by_field, traced=True)
        case Sequence(items=axes) if axes and all(is_none(a) for a in axes):
            return value
    return value if is_traced(value) else unknown("it may be mapped or not")


def _refs(
    tracer: Tracer, parameters: Parameters, frame: Frame, node: ast.AST, step: Step
) -> Arguments:
    def ref(name: str) -> Data:
        return Data(
            Status.TRACED,
            Flavor.REF,
            poly=tracer.fresh(frame, node, Status.TRACED, name),
            why=f"`{name}` is a Ref",
            origin=step,
        )

    rest = None if parameters.vararg is None else ref(parameters.vararg)
    return Arguments(tuple(ref(name) for name in parameters.required), rest=rest)
