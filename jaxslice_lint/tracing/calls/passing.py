"""The arguments of a transformed function as JAX passes them on: traced, mapped, static, or as Refs."""

from dataclasses import dataclass, replace

from jaxslice_lint.facts.status import Status, Step
from jaxslice_lint.jax_model.flax import BROADCAST, CARRY_PATH
from jaxslice_lint.jax_model.lookup import short
from jaxslice_lint.jax_model.schema import How
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import NONE, Data, Kind, constant, static, traced, unknown
from jaxslice_lint.tracing.domain.joins import alternatives, is_traced
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.signatures import Parameters, name_of, parameters_of
from jaxslice_lint.tracing.domain.static_parameters import StaticParameters, static_parameters
from jaxslice_lint.tracing.domain.values import (
    External,
    Instance,
    Mapping,
    Sequence,
    Value,
    Wrapped,
    is_none,
)
from jaxslice_lint.tracing.domain.what_if import conflict_with, conflicts_within
from jaxslice_lint.tracing.operations.results import Leaves

#: Stands for the carry among the axes of a lifted scan.
CARRY = External(CARRY_PATH)
MAPPING = (How.MAPPED, How.ARRAYS_MAPPED)
_ARRAYS_ONLY = (How.ARRAYS_TRACED, How.ARRAYS_MAPPED)


def passed_arguments(point: Point, wrapped: Wrapped, arguments: Arguments, step: Step) -> Arguments:
    """The arguments as the wrapped function sees them."""
    how = wrapped.wrapper.how
    arguments = _without_first(arguments, wrapped.wrapper.skips)
    if how is How.CUSTOM_RULE:
        how = How.TRACED if point.frame.context.mode is Mode.STAGED else How.TRANSPARENT
    if how is How.TRANSPARENT:
        return arguments
    parameters = parameters_of(wrapped.function)
    if how is How.KERNEL:
        return _refs(point, parameters, step)
    static = static_parameters(wrapped, parameters, len(arguments.positional))
    supposed = point.tracer.what_if.get(step, frozenset())
    if static is not None and supposed:
        static = static.with_names(supposed, parameters)
        point.tracer.conflicts += conflicts_within(point.tracer, parameters, supposed)
    return _Passing(point, wrapped, step, how, parameters, static).all(arguments)


def _without_first(arguments: Arguments, count: int) -> Arguments:
    return replace(arguments, positional=arguments.positional[count:]) if count else arguments


@dataclass(frozen=True, slots=True)
class _Passing:
    """One call of a transformed function."""

    point: Point
    wrapped: Wrapped
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
        receivers = self.wrapped.wrapper.receivers
        if position is not None and position < receivers:
            return value
        if self.static is None:
            return value if is_traced(value) else unknown("it may be a static argument")
        if position in self.static.positions or (position is None and name in self.static.names):
            if name in self.point.tracer.what_if.get(self.step, ()):
                return self._supposed(value, name)
            return self._hashed(value, name) if self.wrapped.wrapper.hashes else value
        if self.how is How.VECTORIZED and isinstance(value, Data) and _is_python(value):
            return value
        if self.how is How.SCANNED:
            return self._scanned(value, name, position)
        is_mapping = self.how in MAPPING
        if self.wrapped.wrapper.hashes and isinstance(value, Data):
            return self._leaves(name, argument=name).traced(value)
        if position is None or not is_mapping:
            return self._leaves(name).traced(value, drop=0 if is_mapping else None)
        axes = dict(self.wrapped.options).get("in_axes")
        mapped = _mapped(self._leaves(name), value, _axis(axes, position - receivers))
        # Inside `pmap`, what is not mapped is a tracer too: it is compiled.
        return self._leaves(name).traced(mapped) if self.wrapped.wrapper.stages else mapped

    def _hashed(self, value: Value, name: str) -> Value:
        """A static argument of which nothing is known but that it can be hashed, as no tracer can."""
        if not isinstance(value, Data) or value.status is not Status.UNKNOWN:
            return value
        poly = self.point.fresh(Status.STATIC, name)
        return static(f"`{name}` is a static argument", value.kind, poly=poly)

    def _scanned(self, value: Value, name: str, position: int | None) -> Value:
        """An argument of the body of a lifted scan: its carry, one element, or what is the same in each step."""
        axis = None if position is None else self._scan_axis(position)
        match axis:
            case External(path=path) if path in BROADCAST:
                return value
            case External() | Data(const=None):
                return self._leaves(name, is_carry=True).traced(value)
            case Data(const=int() as number):
                return self._leaves(name).traced(value, drop=number)
        return value if is_traced(value) else unknown("it may be scanned over or not")

    def _scan_axis(self, position: int) -> Value | None:
        """The entry of `in_axes` for an argument; it may leave out the module and the carry, which come first."""
        receivers = self.wrapped.wrapper.receivers
        axes = dict(self.wrapped.options).get("in_axes")
        if axes is not None and not receivers:
            return _axis(axes, position)
        if position == receivers:
            return CARRY
        return constant(0) if axes is None else _axis(axes, position - receivers - 1)

    def _starred(self, value: Value, name: str) -> Value:
        """An item of a starred argument."""
        if self.static is None:
            return value
        if self.static.positions or self.how in (*MAPPING, How.SCANNED):
            return unknown("an item of a starred argument")
        return self._leaves(name).traced(value)

    def _supposed(self, value: Value, name: str) -> Value:
        """What is passed to a parameter that is supposed to be static: a number, if it is not known."""
        conflicts = [conflict_with(one, name) for one in alternatives(value)]
        self.point.tracer.conflicts += [conflict for conflict in conflicts if conflict is not None]
        if not isinstance(value, Data) or value.status is not Status.UNKNOWN:
            return value
        poly = self.point.fresh(Status.STATIC, name)
        return static("supposed", Kind.PYTHON, poly=poly, ndim=0, dtype="int")

    def _leaves(self, name: str, argument: str = "", *, is_carry: bool = False) -> Leaves:
        row = self.wrapped.wrapper
        function = name_of(self.wrapped.function)
        return Leaves(
            self.point,
            f"`{name}` is an argument of `{function}` under `{short(row.path)}`",
            replace(self.step, argument=argument),
            arrays_only=self.how in _ARRAYS_ONLY,
            blocks=row.blocks,
            is_carry=is_carry,
        )


def _is_python(value: Data) -> bool:
    return value.kind is Kind.PYTHON


def _axis(axes: Value | None, position: int) -> Value | None:
    """The entry of `in_axes` for one argument."""
    if isinstance(axes, Sequence):
        return axes.items[position] if position < len(axes.items) else None
    return axes


def _mapped(leaves: Leaves, value: Value, axis: Value | None) -> Value:
    """An argument of a mapped function: one element along an axis, or unchanged where its axis is None."""
    match axis:
        case None | External():
            return leaves.traced(value, drop=0 if axis is None else ...)
        case Data(const=None):
            return value
        case Data(const=int() as number):
            return leaves.all_traced(value, drop=number)
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


def _refs(point: Point, parameters: Parameters, step: Step) -> Arguments:
    def ref(name: str) -> Data:
        return traced(f"`{name}` is a Ref", step, Kind.REF, poly=point.fresh(Status.TRACED, name))

    rest = None if parameters.vararg is None else ref(parameters.vararg)
    return Arguments(tuple(ref(name) for name in parameters.required), rest=rest)
