"""Random indices with traced slices, as programs and as the sites abstract tracing would give for
them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import jax
import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from site_builder import ELLIPSIS, NEWAXIS, integer, mask, site, source, static, window

from jaxslice_lint.facts.site import Element, NewValue, Operand, OperandKind
from jaxslice_lint.rewrite import apply_fixes
from jaxslice_lint.rules.engine import check

PROGRAM = """\
import jax
import jax.numpy as jnp
from jax import lax


def f(x, v, i, j, r):
    return {expression}
"""


NOTHING_KNOWN = NewValue()


@dataclass(frozen=True)
class Case:
    """`x[index]` for an `x` of this shape, with values for the names in it. `elements` say what
    tracing knows."""

    shape: tuple[int, ...]
    index: str
    elements: tuple[Element, ...]
    starts: dict[str, int]
    globals: dict[str, object] = field(default_factory=dict)

    def rewritten(
        self,
        expression: str,
        subscript: str,
        operand: Operand,
        style: str,
        new_value: NewValue = NOTHING_KNOWN,
        *,
        is_cut: bool = False,
    ) -> str:
        """The program that returns `expression`, rewritten: it must have exactly one finding, with
        a fix. `is_cut`: it is reached with static bounds too, beyond the end of the axis."""
        file = source(PROGRAM.format(expression=expression))
        told = site(file, subscript, *self.elements, operand=operand, new_value=new_value)
        told = replace(told, cut_off=is_cut, cut_at_end=is_cut)
        [finding] = check(file, [told], style)
        assert finding.fix is not None, finding.no_fix
        applied = apply_fixes(file, [finding.fix])
        assert applied.applied, applied.problem
        return applied.text

    def function(self, program: str) -> Callable[..., object]:
        """`f` of a program, with the names of this case."""
        scope = dict(self.globals)
        exec(program, scope)
        return scope["f"]

    def evaluate(self, expression: str, x: object, v: object = None) -> object:
        """`expression` as Python evaluates it, all bounds known."""
        return self.evaluate_program(PROGRAM.format(expression=expression), x, v)

    def evaluate_program(self, program: str, x: object, v: object) -> object:
        """A whole program as Python evaluates it, all bounds known."""
        return self.function(program)(x, v, self.starts["i"], self.starts["j"], 0)

    def run(self, program: str, x: object, v: object, dtypes: "Starts") -> object:
        """`f` of a rewritten program under `jax.jit`, with starts of these dtypes."""
        i, j = (np.dtype(dtype).type(self.starts[name]) for name, (dtype, _) in dtypes.items())
        return jax.jit(self.function(program))(x, v, i, j, 0)

    def told(self, dtypes: "Starts") -> "Case":
        """The case as tracing gives it for starts of these dtypes."""
        elements = tuple(
            replace(one, windows=(replace(one.window, dtype=dtypes[one.window.start[0]][1]),))
            if one.window
            else one
            for one in self.elements
        )
        return replace(self, elements=elements)


#: The dtypes of the starts by their names, and what tracing knows of them: without x64 the default is 32 bits.
Starts = dict[str, tuple[str, str | None]]
_DTYPES = (("int32", "int"), ("int32", "int"), ("int32", None), ("int64", None), ("int32", "int32"))
_NARROW = (("int16", "int16"), ("int8", "int8"))


@st.composite
def start_dtypes(draw: st.DrawFn) -> Starts:
    """Dtypes of both starts, mostly the same."""
    one = draw(st.sampled_from((*_DTYPES, *_NARROW)))
    other = draw(st.sampled_from((*_DTYPES, *_NARROW))) if draw(st.booleans()) else one
    return {"i": one, "j": other}


def _sum(name: str, offset: int) -> str:
    if offset == 0:
        return name
    return f"{name} {'+' if offset > 0 else '-'} {abs(offset)}"


@st.composite
def traced_slices(
    draw: st.DrawFn, name: str, n: int, *, steps: tuple[int, ...], negative: bool
) -> tuple[Element, int]:
    """A slice at `name` on an axis of length `n`, and a value of `name` for which its rewrite is
    exact."""
    step = draw(st.sampled_from(steps))
    count = draw(st.integers(0 if step == 1 else 1, n if step == 1 else (n - 1) // abs(step) + 1))
    size = (count - 1) * abs(step) + 1 if count else 0
    lowest = draw(st.integers(0, n - size))
    offset = draw(st.integers(-2, 2))
    slack = draw(st.integers(0, abs(step) - 1))
    if step > 0:
        first, last = _sum(name, offset), _sum(name, offset + size + slack)
        written = f"{first}:{last}" + (f":{step}" if step > 1 else "")
        only_from_end, can_from_end = False, lowest + size + slack < n
    else:
        first, last = _sum(name, offset + size - 1), _sum(name, offset - 1 - slack)
        written = f"{first}:{last}:{step}"
        # A stop before the first element can be said only of a slice that counts from the end.
        only_from_end, can_from_end = lowest - 1 - slack < 0, True
    assume(negative or not only_from_end)
    from_end = only_from_end or (negative and can_from_end and draw(st.booleans()))
    value = lowest - offset - (n if from_end else 0)
    return window(written, _sum(name, offset), str(size), step), value


_OTHER = ("::2", "::-1", "1:", ":-1", ":", "0", "-1", "r", "picks", "flags")


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    windows: tuple[int, int] = (1, 2),
    steps: tuple[int, ...] = (1, 1, 2, 3, -1, -2),
    negative: bool = True,
    others: tuple[str, ...] = _OTHER,
) -> Case:
    """A random index over an array of rank 1 to 4; `others` stand beside the windows."""
    shape = tuple(draw(st.lists(st.integers(2, 6), min_size=windows[0], max_size=4)))
    count = draw(st.integers(windows[0], min(windows[1], len(shape))))
    axes = sorted(draw(st.permutations(range(len(shape))))[:count])
    names = dict(zip(axes, ("i", "j"), strict=False))
    elements: list[Element] = []
    starts = {"i": 0, "j": 0}
    known: dict[str, object] = {}
    for axis, n in enumerate(shape):
        if axis in names:
            element, value = draw(traced_slices(names[axis], n, steps=steps, negative=negative))
            starts[names[axis]] = value
            elements.append(element)
        else:
            elements.append(draw(_neighbours(axis, n, known, others)))
    if draw(st.booleans()):
        elements = _with_ellipsis(draw, elements)
    else:
        while elements[-1].text == ":" and draw(st.booleans()):
            elements.pop()
    if draw(st.booleans()):
        elements.insert(draw(st.integers(0, len(elements))), NEWAXIS)
    index = ", ".join(str(element.text) for element in elements)
    return Case(shape, index, tuple(elements), starts, known)


@st.composite
def _neighbours(
    draw: st.DrawFn, axis: int, n: int, known: dict[str, object], others: tuple[str, ...]
) -> Element:
    """An element for an axis that is not sliced at a traced position."""
    text = draw(st.sampled_from(others))
    if text in ("0", "-1"):
        return integer(text, const=int(text))
    if text == "r":
        return integer(text)
    if text not in ("picks", "flags"):
        return static(text)
    # Index arrays of one index must broadcast: each picks two elements.
    picked = np.array(draw(st.permutations(range(n)))[:2])
    name = f"{text}{axis}"
    if text == "picks":
        known[name] = picked
        return integer(name)
    known[name] = np.isin(np.arange(n), picked)
    return mask(name, 1)


def _with_ellipsis(draw: st.DrawFn, elements: list[Element]) -> list[Element]:
    """`elements` with `...` somewhere, which may stand for a run of `:`."""
    at = draw(st.integers(0, len(elements)))
    end = at
    while end < len(elements) and elements[end].text == ":" and draw(st.booleans()):
        end += 1
    return [*elements[:at], ELLIPSIS, *elements[end:]]


def array_of(case: Case, *, rank_known: bool, dtype: str | None = None) -> Operand:
    ndim = len(case.shape) if rank_known else None
    return Operand(OperandKind.ARRAY, ndim, dtype, shown_ndim=ndim)
