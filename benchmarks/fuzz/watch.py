"""What happens at the subscripts of a running program: each evaluation is an event, and a traced slice ends nothing.

Where JAX refuses a slice, the event is recorded and the program goes on with zeros of the shape that the same slice had
when the program ran eagerly: so one run sees every traced slice, not only the first of each trace.
"""

import contextlib
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from fuzz.instrument import AT, GUARD, READ, SLICE


class Site(NamedTuple):
    """A subscript: where it begins and ends, lines and columns from 1, the end exclusive, as in findings."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


#: The lines of the program's own frames, innermost first: the same in an eager run and in a trace.
Stack = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One evaluation of a subscript.

    `step`: in which statement of the script. `kind`: what is sliced. `guarded`: the program handles the refusal of a
    `traced` slice. `is_cut`: a slice with known bounds that does not lie within the array. `is_huge`: a known bound is
    no int32. `shape`: of the result.
    """

    site: Site
    step: int
    stack: Stack
    kind: str
    traced: bool
    guarded: bool
    in_trace: bool
    is_cut: bool
    is_huge: bool
    shape: tuple[int, ...]


@dataclass
class Watch:
    """Collects the events of one run. `shapes`: those of an eager run, by `shapes_of`; None if this is one.

    `handled`: what JAX raised for traced slices where the program handles it; `refused`: what is raised again in an
    eager run, as in that trace.
    """

    shapes: Mapping[tuple[Site, Stack | None], Sequence[tuple[int, ...]]] | None = None
    refused: Mapping[Site, Exception] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    handled: dict[Site, Exception] = field(default_factory=dict)
    step: int = 0
    _guards: list[tuple[type[BaseException], ...]] = field(default_factory=list)
    _counts: Counter[tuple[Site, Stack]] = field(default_factory=Counter)

    @property
    def names(self) -> dict[str, Any]:
        """What an instrumented program calls."""
        return {READ: self._read, AT: self._at, SLICE: slice, GUARD: self._guard}

    def _read(self, place: tuple[Any, ...], operand: Any, index: Any) -> Any:
        def read() -> Any:
            if self.shapes is None and _is_plain(operand, index):
                return jnp.asarray(np.asarray(operand)[index])
            return operand[index]

        return self._evaluated(Site(*place), operand, index, read, is_update=False)

    def _at(self, place: tuple[Any, ...], helper: Any, index: Any) -> Any:
        if not hasattr(helper, "array"):
            return helper[index]
        return _At(self, Site(*place), helper, index)

    @contextlib.contextmanager
    def _guard(self, *caught: Any) -> Iterator[None]:
        flat = tuple(
            one for entry in caught for one in (entry if isinstance(entry, tuple) else (entry,))
        )
        self._guards.append(flat)
        try:
            yield
        finally:
            self._guards.pop()

    def _evaluated(
        self, site: Site, operand: Any, index: Any, compute: Callable[[], Any], *, is_update: bool
    ) -> Any:
        slices = [one for one in _elements(index) if isinstance(one, slice)]
        bounds = [b for s in slices for b in (s.start, s.stop, s.step) if _is_traced(b)]
        if site in self.refused:
            raise self.refused[site]
        try:
            result = compute()
        except Exception as error:
            if not (bounds and is_refusal(error)):
                raise
            guarded = any(isinstance(error, caught) for caught in self._guards)
            stack = _stack()
            self._record(site, stack, operand, index, (), traced=True, guarded=guarded)
            if guarded:
                self.handled[site] = error
                raise
            if is_update:
                return _traced_like(operand, bounds[0])
            return self._stand_in(site, stack, operand, index, bounds[0])
        shape = (len(result),) if isinstance(result, tuple | list | str) else np.shape(result)
        self._record(site, _stack(), operand, index, shape, traced=False, guarded=False)
        return result

    def _record(
        self,
        site: Site,
        stack: Stack,
        operand: Any,
        index: Any,
        shape: tuple[int, ...],
        *,
        traced: bool,
        guarded: bool,
    ) -> None:
        cut = not traced and is_cut(operand, index)
        huge = not traced and is_huge(index)
        kind = "jax" if isinstance(operand, jax.Array) else type(operand).__name__
        active = not jax._src.core.trace_state_clean()
        event = Event(site, self.step, stack, kind, traced, guarded, active, cut, huge, shape)
        self.events.append(event)

    def _stand_in(self, site: Site, stack: Stack, operand: Any, index: Any, bound: Any) -> Any:
        shape = self._shape(site, stack, operand, index)
        if isinstance(operand, tuple | list | str):
            return operand[: shape[0]]
        return _traced_like(jnp.zeros(shape, operand.dtype), bound)

    def _shape(self, site: Site, stack: Stack, operand: Any, index: Any) -> tuple[int, ...]:
        """That of the same evaluation in the eager run: of the same calls, the same time if there are several."""
        self._counts[site, stack] += 1
        for key in ((site, stack), (site, None)):
            if known := (self.shapes or {}).get(key):
                return known[(self._counts[site, stack] - 1) % len(known)]
        whole = operand[_without_slices(index)]
        return (len(whole),) if isinstance(whole, tuple | list | str) else np.shape(whole)


class _At:
    """`x.at[index]`, whose methods are watched."""

    def __init__(self, watch: Watch, site: Site, helper: Any, index: Any) -> None:
        self._parts = watch, site, helper, index

    def __getattr__(self, name: str) -> Any:
        watch, site, helper, index = self._parts
        method = getattr(helper[index], name)

        def call(*args: Any, **options: Any) -> Any:
            return watch._evaluated(
                site,
                helper.array,
                index,
                lambda: method(*args, **options),
                is_update=name != "get",
            )

        return call


def shapes_of(events: Sequence[Event]) -> dict[tuple[Site, Stack | None], list[tuple[int, ...]]]:
    """What the results of an eager run had, by site and calls, and by site alone for calls that it did not see."""
    shapes: dict[tuple[Site, Stack | None], list[tuple[int, ...]]] = defaultdict(list)
    for event in events:
        shapes[event.site, event.stack].append(event.shape)
        shapes[event.site, None].append(event.shape)
    return shapes


def is_refusal(error: BaseException) -> bool:
    """Whether JAX says by this exception that a bound of a slice is traced.

    What a callback raises has become the text of another error, where it is told as Python tells it.
    """
    if isinstance(error, jax.errors.JaxRuntimeError):
        return any(map(_IS_TOLD.match, str(error).splitlines()))
    if isinstance(error, jax.errors.TracerIntegerConversionError):
        return True
    return isinstance(error, IndexError) and "static" in str(error)


_IS_TOLD = re.compile(r"IndexError: .*static|([\w.]+\.)?TracerIntegerConversionError: ", re.ASCII)


def is_cut(operand: Any, index: Any) -> bool:
    """Whether a slice with known bounds reaches over an end of its axis, is empty, or counts from both ends.

    Only an integer says so: `None` is an end of the axis, wherever that is.
    """
    shape = (len(operand),) if isinstance(operand, tuple | list | str) else np.shape(operand)
    for one, length in _axes(index, shape):
        step = 1 if one.step is None else int(one.step)
        bounds = [None if b is None else int(b) for b in (one.start, one.stop)]
        if any(b is not None and not -length <= b <= length for b in bounds):
            return True
        given = [b for b in bounds if b is not None]
        if len(given) == 2 and (
            (given[0] < 0) != (given[1] < 0) or (given[1] - given[0]) * step < 0
        ):
            return True
    return False


def is_huge(index: Any) -> bool:
    """Whether a known bound of a slice is beyond 2**31, as `-n` of a `uint32` is."""
    slices = (one for one in _elements(index) if isinstance(one, slice))
    bounds = (bound for one in slices for bound in (one.start, one.stop))
    return any(b is not None and not _is_traced(b) and int(b) >= 2**31 for b in bounds)


def _axes(index: Any, shape: tuple[int, ...]) -> Iterator[tuple[slice, int]]:
    """Each slice of an index, with the length of its axis."""
    elements = list(_elements(index))
    width = sum(map(_width, elements))
    axis = 0
    for element in elements:
        if isinstance(element, slice) and axis < len(shape):
            bounds = (element.start, element.stop, element.step)
            if not any(map(_is_traced, bounds)):
                yield element, shape[axis]
        axis += len(shape) - width if element is Ellipsis else _width(element)


def _width(element: Any) -> int:
    if element is None or element is Ellipsis:
        return 0
    dtype = getattr(element, "dtype", None)
    return int(np.ndim(element)) if str(dtype) == "bool" else 1


def _elements(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def _is_plain(operand: Any, index: Any) -> bool:
    """Whether NumPy gives what JAX gives, without compiling anything: for slices of a concrete array."""
    if not isinstance(operand, jax.Array) or isinstance(operand, jax.core.Tracer):
        return False
    return all(
        element is None or element is Ellipsis or isinstance(element, slice)
        for element in _elements(index)
    ) and not any(
        _is_traced(bound)
        for element in _elements(index)
        if isinstance(element, slice)
        for bound in (element.start, element.stop, element.step)
    )


def _without_slices(index: Any) -> Any:
    whole = tuple(slice(None) if isinstance(one, slice) else one for one in _elements(index))
    return whole if isinstance(index, tuple) else whole[0]


def _is_traced(value: Any) -> bool:
    return isinstance(value, jax.core.Tracer)


def _traced_like(array: Any, bound: Any) -> Any:
    """The array, traced as the bound is."""
    return jnp.where(bound == bound, array, array)


def _stack() -> Stack:
    """The program's own frames. Its files have names that no other code has."""
    found = []
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(PREFIX):
            found.append((name, frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]
    return tuple(found)


#: How the names of a program's files begin where Python compiles them.
PREFIX = "<fuzz>/"
