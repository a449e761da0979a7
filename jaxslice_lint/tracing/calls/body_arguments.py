"""What an API passes to a function that it calls at once: for each source that the tables name, how it is made."""

from collections.abc import Callable
from dataclasses import dataclass

from jaxslice_lint.facts.status import Sign, Status, Step
from jaxslice_lint.jax_model.lookup import short
from jaxslice_lint.jax_model.schema import Argument, Caller, Source
from jaxslice_lint.tracing.domain.data import UNKNOWN, Data, Kind, static, traced, unknown
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.signs import sign_of
from jaxslice_lint.tracing.domain.values import JaxFunction, Sequence, Value
from jaxslice_lint.tracing.operations.iteration import element_of
from jaxslice_lint.tracing.operations.results import Leaves, array, host_value


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an API: its arguments by name, and those that its starred parameter collects."""

    point: Point
    row: Caller
    options: dict[str, Value]
    rest: tuple[Value, ...]

    @property
    def api(self) -> str:
        """The name by which messages call the API."""
        return short(self.row.path)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the arguments of one body. `step`: it is traced; `needed`: its parameters for which no row has a source."""

    call: Call
    step: Step
    needed: int

    def make(self, argument: Argument) -> list[Value]:
        """The values for one argument descriptor; several where it stands for a starred one."""
        return MAKERS[argument.source](self, argument)

    def keywords(self) -> tuple[tuple[str, Value], ...]:
        """The keyword arguments that go to the function, not to the API."""
        row = self.call.row
        own = {*row.options, *(body.fun for body in row.bodies)}
        given = [(name, value) for name, value in self.call.options.items() if name not in own]
        match row.keywords:
            case Source.LEAVES:
                leaves = self.leaves(f"a keyword argument of a function under `{self.call.api}`")
                return tuple((name, leaves.traced(value)) for name, value in given)
            case Source.CONCRETE_REST:
                return tuple((name, host_value(value)) for name, value in given)
        return tuple(given)

    def given(self, argument: Argument) -> Value:
        """The argument of the API that a descriptor names."""
        return self.call.options.get(_name(argument), UNKNOWN)

    def each(self, argument: Argument) -> list[Value]:
        """The same, its items if it is starred."""
        given = self.given(argument)
        is_starred = argument.of.startswith("*") and isinstance(given, Sequence)
        return list(given.items) if isinstance(given, Sequence) and is_starred else [given]

    def each_or_rest(self, argument: Argument) -> list[Value]:
        """The same; what the starred parameter of the API collects, if nothing is passed under the name."""
        is_given = _name(argument) in self.call.options
        return self.each(argument) if is_given else list(self.call.rest)

    def leaves(self, why: str, *, arrays_only: bool = False, is_carry: bool = False) -> Leaves:
        """What makes tracers of leaves."""
        why = f"it is {why}"
        point = self.call.point
        return Leaves(point, why, self.step, arrays_only=arrays_only, is_carry=is_carry)

    def index(self, why: str, sign: Sign, dtype: str = "int32") -> Data:
        """A traced integer of JAX's own."""
        return Data(
            Status.TRACED,
            Kind.JAX,
            poly=self.call.point.fresh(Status.TRACED, why, sign),
            ndim=0,
            dtype=dtype,
            why=f"it is {why}",
            origin=self.step,
        )


def _name(argument: Argument) -> str:
    return argument.of.lstrip("*")


def _index(maker: Maker, _argument: Argument) -> list[Value]:
    lower = maker.call.options.get("lower", UNKNOWN)
    upper = maker.call.options.get("upper", UNKNOWN)
    sign = sign_of(maker.call.point.tracer.atoms, lower)
    is_default = any(isinstance(one, Data) and one.kind is Kind.PYTHON for one in (lower, upper))
    dtype = "int" if is_default else "int32"
    return [maker.index(f"the loop index of `{maker.call.api}`", sign, dtype)]


def _indices(maker: Maker, argument: Argument) -> list[Value]:
    given = maker.given(argument)
    count = len(given.items) if isinstance(given, Sequence) else 1
    why = f"an index that `{maker.call.api}` passes"
    return [maker.index(f"{why} ({n})", Sign.NON_NEGATIVE) for n in range(count)]


def _tracer(maker: Maker, _argument: Argument) -> list[Value]:
    why = f"an argument of a function under `{maker.call.api}`"
    poly = maker.call.point.fresh(Status.TRACED, why)
    return [traced(f"it is {why}", maker.step, Kind.PYTREE, poly=poly)]


def _function(_maker: Maker, _argument: Argument) -> list[Value]:
    return [JaxFunction()]


def _array(maker: Maker, _argument: Argument) -> list[Value]:
    why = f"an array that `{maker.call.api}` makes"
    return [array(maker.call.point, (), why, kind=Kind.PYTREE)]


def _static(maker: Maker, _argument: Argument) -> list[Value]:
    return [static(f"`{maker.call.api}` passes it", Kind.PYTHON)]


def _refs(maker: Maker, _argument: Argument) -> list[Value]:
    why = "it is a Ref"
    return [traced(why, maker.step, Kind.REF) for _ in maker.call.rest]


def _leaf(maker: Maker, argument: Argument) -> list[Value]:
    return [element_of(maker.call.point, value) for value in maker.each(argument)]


def _rest(maker: Maker, _argument: Argument) -> list[Value]:
    leaves = maker.leaves(f"an operand of `{maker.call.api}`")
    return [leaves.traced(value) for value in maker.call.rest]


def _parameters(maker: Maker, _argument: Argument) -> list[Value]:
    return [unknown(f"what `{maker.call.api}` passes") for _ in range(maker.needed)]


def _arrays(maker: Maker, argument: Argument) -> list[Value]:
    leaves = maker.leaves(f"an array passed on by `{maker.call.api}`", arrays_only=True)
    return [leaves.traced(value) for value in maker.each_or_rest(argument)]


def _concrete_rest(maker: Maker, _argument: Argument) -> list[Value]:
    return [host_value(value) for value in maker.call.rest]


def _element(maker: Maker, argument: Argument) -> list[Value]:
    leaves = maker.leaves(f"an element that `{maker.call.api}` runs over")
    return [leaves.traced(value, drop=0) for value in maker.each(argument)]


def _leaves(maker: Maker, argument: Argument) -> list[Value]:
    is_carry = _name(argument) == maker.call.row.carry
    leaves = maker.leaves(f"passed on by `{maker.call.api}`", is_carry=is_carry)
    return [leaves.traced(value) for value in maker.each(argument)]


MAKERS: dict[Source, Callable[[Maker, Argument], list[Value]]] = {
    Source.INDEX: _index,
    Source.LEAVES: _leaves,
    Source.ELEMENT: _element,
    Source.SAME: Maker.each_or_rest,
    Source.ARRAYS: _arrays,
    Source.REST: _rest,
    Source.PARAMETERS: _parameters,
    Source.CONCRETE_REST: _concrete_rest,
    Source.LEAF: _leaf,
    Source.LEAF_OF_EACH: Maker.each,
    Source.TRACER: _tracer,
    Source.FUNCTION: _function,
    Source.ARRAY: _array,
    Source.STATIC: _static,
    Source.INDICES: _indices,
    Source.REFS: _refs,
}
