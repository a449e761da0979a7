"""Random programs with slices of traced size, and what they mean: as JAX runs them outside of `jit`, on integers."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st
from programs import NAME

from jaxslice_lint.report.outcome import FileOutcome
from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_text
from jaxslice_lint.settings import Settings


def options(*, unsafe: bool) -> Settings:
    """All rules, and `--fix`."""
    return Settings(frozenset(rule.code for rule in RULES), fix=True, unsafe_fixes=unsafe)


PROGRAM = """\
import jax
import jax.numpy as jnp


@jax.jit
def f(x, y, row, s, i, j):
    i, j = jnp.asarray(i), jnp.asarray(j)  # no static argument cures that
    {known}
    {body}
"""


@dataclass(frozen=True)
class Program:
    """A function of arrays `x` and `y` of one shape, a `row` of their last axis, a scalar `s`, and bounds `i`, `j`."""

    body: str
    shape: tuple[int, ...]
    dtype: str
    bounds: tuple[int, int]
    known: bool

    @property
    def text(self) -> str:
        """The program; `known`, if it says itself of which rank and dtype its arrays are."""
        shapes = {"x": self.shape, "y": self.shape, "row": self.shape[-1:]}
        known = [f"{a} = {a}.reshape({n}).astype(jnp.{self.dtype})" for a, n in shapes.items()]
        known.append("s = jnp.reshape(s, ()).astype(jnp.float32)")
        return PROGRAM.format(body=self.body, known="; ".join(known) if self.known else "")

    @property
    def arguments(self) -> tuple[object, ...]:
        """Different numbers, some of them negative, the same ones each time."""
        rng = np.random.default_rng(len(self.body))
        x, y = (rng.permutation(int(np.prod(self.shape))) - 3 for _ in range(2))
        arrays = [jnp.asarray(a.reshape(self.shape).astype(self.dtype)) for a in (x, y)]
        row = jnp.asarray(rng.permutation(self.shape[-1]).astype(self.dtype))
        return *arrays, row, 2.0

    def fixed(self) -> FileOutcome:
        """The outcome of `--fix --unsafe-fixes`."""
        outcome = run_text(self.text.encode(), NAME, options(unsafe=True), fix=True)
        assert not outcome.failures
        [file] = outcome.files
        return file

    def expected(self) -> list[np.ndarray]:
        """What the program means: its slices have the bounds that they say."""
        function = _function(self.text.replace("@jax.jit", ""))
        return _leaves(function(*self.arguments, *self.bounds))

    def run(self, text: str) -> list[np.ndarray]:
        """What a rewritten program gives under `jit`."""
        return _leaves(_function(text)(*self.arguments, *(np.int32(b) for b in self.bounds)))


def _function(text: str) -> Callable[..., object]:
    scope: dict[str, object] = {}
    exec(text, scope)
    return scope["f"]  # type: ignore[return-value]


def _leaves(result: object) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(result)]


def _indices(ndim: int, axis: int, bounds: str) -> list[str]:
    """Indices that slice one axis."""
    front, back = ", ".join([":"] * axis), ", ".join([":"] * (ndim - 1 - axis))
    plain = ", ".join(part for part in (front, bounds) if part)
    found = [plain, ", ".join(part for part in (plain, back) if part)]
    found.append(", ".join(part for part in ("...", bounds, back) if part))
    return found


#: What is sliced: a name, or something of its shape.
_OPERANDS = ("{0}", "{0}", "{0}", "(-{0})", "({0} + {0})", "jnp.abs({0})", "jnp.sort({0}, axis=0)")
_ONE = ("{0}", "-{0}", "jnp.abs({0})", "{0} ** 2", "jnp.where({0} > 0, {0}, s)", "({0} - s) * 2")
_ROW = ("{0} * row", "jnp.maximum({0}, row)", "{0} - row.mean()")
_TWO = ("{0} * {1}", "jnp.abs({0} - {1})", "jnp.minimum({0}, {1}) + s")
_METHODS = ("sum", "mean", "prod", "std", "var", "any", "all", "max", "min")
_FUNCTIONS = (
    *(f"jnp.{name}" for name in (*_METHODS, "nansum", "count_nonzero", "amax")),
    *("jax.nn.logsumexp", "jnp.linalg.norm"),
)


@st.composite
def reductions(draw: st.DrawFn) -> Program:
    """A reduction of a slice of traced size, or of an expression that looks at each of its elements."""
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    axis = draw(st.integers(0, len(shape) - 1))
    bounds, values = draw(_bounds(shape[axis], smallest=1))
    index = draw(st.sampled_from(_indices(len(shape), axis, bounds)))
    operand = draw(st.sampled_from(_OPERANDS))
    x, y = (f"{operand.format(name)}[{index}]" for name in "xy")
    wraps = [*_ONE, *_TWO] + ([*_ROW] if axis < len(shape) - 1 else [])
    expression = draw(st.sampled_from(["{0}", "{0}", *wraps])).format(x, y)
    of_axis = draw(st.sampled_from(["", f"axis={axis}", f"axis={axis - len(shape)}"]))
    keeps = draw(st.sampled_from(["", "keepdims=True"])) if of_axis else ""
    options = ", ".join(part for part in (of_axis, keeps) if part)
    if draw(st.booleans()):
        call = f"({expression}).{draw(st.sampled_from(_METHODS))}({options})"
    else:
        function = draw(st.sampled_from(_FUNCTIONS))
        call = f"{function}({', '.join(part for part in (expression, options) if part)})"
    body = f"return {call}"
    if draw(st.booleans()):
        body = f"part = {x}\n    return {call.replace(x, 'part')}"
    dtype = draw(st.sampled_from(["float32", "int32", "float32"]))
    return Program(body, shape, dtype, values, draw(st.booleans()))


@st.composite
def positions(draw: st.DrawFn) -> Program:
    """The position of the greatest or least element of a slice of traced size."""
    shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=2)))
    axis = draw(st.integers(0, len(shape) - 1))
    bounds, values = draw(_bounds(shape[axis], smallest=1, from_end=False))
    index = draw(st.sampled_from(_indices(len(shape), axis, bounds)))
    function = draw(st.sampled_from(["argmax", "argmin"]))
    of_axis = f"axis={axis}" if len(shape) > 1 or draw(st.booleans()) else ""
    dtype = draw(st.sampled_from(["float32", "int32", "uint8"]))
    body = f"return x[{index}].{function}({of_axis})"
    return Program(body, shape, dtype, values, draw(st.booleans()))


@st.composite
def updates(draw: st.DrawFn) -> Program:
    """An update of a slice of traced size by something that broadcasts, or by a slice of the same size."""
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    axis = draw(st.integers(0, len(shape) - 1))
    bounds, values = draw(_bounds(shape[axis], smallest=0))
    index = draw(st.sampled_from(_indices(len(shape), axis, bounds)))
    new = ["0", "-1", "2.5", "s", f"y[{index}]", f"jnp.abs(y[{index}]) - 1", f"x[{index}] * 2"]
    new += ["row"] if axis < len(shape) - 1 else []
    dtype = draw(st.sampled_from(["float32", "int32", "uint8", "bool"]))
    methods = ["set", "min", "max"] + ([] if dtype == "bool" else ["add", "multiply"])
    method = draw(st.sampled_from(methods))
    body = f"return x.at[{index}].{method}({draw(st.sampled_from(new))})"
    return Program(body, shape, dtype, values, draw(st.booleans()))


@st.composite
def products(draw: st.DrawFn) -> Program:
    """A product that sums over slices of traced size."""
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    bounds, values = draw(_bounds(n, smallest=0))
    shape, body = draw(
        st.sampled_from(
            [
                ((n,), f"return jnp.dot(x[{bounds}], y[{bounds}])"),
                ((n,), f"return x[{bounds}] @ y[{bounds}]"),
                ((n, m), f"return x[{bounds}].T @ y[{bounds}]"),
                ((n, m), f"return jnp.matmul(x[{bounds}].T, y[{bounds}])"),
                ((n, m), f"return (x[{bounds}] @ row) @ y[{bounds}]"),
                ((n, m), f"h = x[{bounds}] @ row\n    return h @ y[{bounds}] + (h ** 2).sum()"),
                ((n, m), f"return jax.nn.softmax(x[{bounds}] @ row) @ y[{bounds}]"),
            ]
        )
    )
    return Program(body, shape, "float32", values, draw(st.booleans()))


#: What is done with slices of square arrays `x` and `y` and of a `row`, `{0}` being their bounds.
_FLOWS = (
    "jnp.sum(row[{0}, None] * x[{0}], axis=0)",
    "jnp.sum(row[{0}][:, None] * x[{0}], axis=0)",
    "(x[:, {0}] * row[{0}][None]).sum(axis=-1)",
    "jnp.sum(jnp.abs(row[{0}, None] - row[None, {0}]))",
    "jnp.sum(jnp.abs(row[{0}][:, None] - row[{0}]), axis=1).sum()",
    "x[{0}][..., 0].sum() + x[:, {0}][1].sum()",
    "x[:, None, {0}].sum(axis=2)",
    "jnp.sum(row[{0}][::-1])",
    "jnp.flip(x[{0}]).sum(axis=0)",
    "jnp.einsum('i,ij->j', row[{0}], x[{0}])",
    "jnp.einsum('ij,ik->jk', x[{0}], y[{0}])",
    "jnp.einsum('ik,jk->ij', x[{0}], y[{0}]).sum()",
    "jnp.einsum('ij,ij', x[{0}, {0}], y[{0}, {0}])",
    "jnp.tensordot(row[{0}], x[{0}], axes=1)",
    "jnp.tensordot(x[:, {0}], y[{0}], axes=[[1], [0]])",
    "jnp.vdot(x[{0}], y[{0}])",
    "jnp.inner(x[:, {0}], y[:, {0}])",
    "x[:, {0}] @ y[{0}]",
    "x[{0}].swapaxes(0, 1) @ row[{0}]",
    "jnp.transpose(x[{0}], (1, 0)) @ row[{0}]",
    "jnp.outer(row[{0}], row[{0}]).sum(axis=0).sum()",
    "x[{0}, {0}].sum()",
    "x[{0}, {0}].max(axis=1, initial=0).sum()",
    "jnp.concatenate([x[{0}], y[{0}] * 2], axis=1).sum(axis=0)",
    "jnp.stack([row[{0}], x[{0}, 0]], axis=-1).sum(axis=0)",
    "x.at[{0}, {0}].multiply(3)",
    "x.at[{0}, {0}].set(0)",
    "x.at[{0}, {0}].add(y[{0}, {0}])",
    "x.at[{0}, {0}].add(jnp.outer(row[{0}], y[0, {0}]))",
    "x.at[{0}].set(row[{0}, None])",
    "x.at[:, {0}].set(row[{0}])",
)
#: The same for slices that start at the first element, or stop at the last one.
_FLOWS_FROM_AN_END = (
    "jnp.sum(row[{0}] * x[0, {0}][::-1])",
    "jnp.dot(row[{0}][::-1], x[1, {0}])",
    "(x[{0}][::-1] * y[{0}]).sum(axis=0)",
    "(x[:, {0}][:, ::-1] * y[:, {0}]).sum(axis=1)",
    "jnp.all(row[{0}] == row[{0}][::-1])",
    "row.at[{0}].set(x[0, {0}][::-1])",
)
_FLOWS_FROM_THE_START = (
    "jnp.sum(jnp.cumsum(row[{0}]) * x[0, {0}])",
    "jnp.cumsum(x[{0}], axis=0).sum(axis=0)",
    "row[{0}].cumsum().max(initial=-9)",
    "jnp.sum(jnp.sort(row[{0}]) * x[0, {0}])",
    "jnp.sum(jnp.argsort(row[{0}]) * x[0, {0}])",
    "jnp.sort(x[{0}], axis=0)[:, 0].sum()",
    "row.at[{0}].set(jnp.sort(x[0, {0}]))",
)
_FLOWS_OF_FLOATS = (
    "jax.nn.softmax(x[:, {0}], axis=-1) @ y[{0}]",
    "jax.nn.softmax(jnp.einsum('j,ij->i', row, x[{0}])) @ y[{0}]",
    "jnp.sum(row[{0}] * jax.nn.log_softmax(x[0, {0}]))",
    "x.at[{0}, {0}].set(-jnp.inf)",
    "row.at[{0}].set(jnp.nan)",
)


@st.composite
def flows(draw: st.DrawFn) -> Program:
    """Slices of traced size that go through functions, indices and products before they are reduced; their bounds may
    be anything."""
    n = draw(st.integers(2, 4))
    kind = draw(st.sampled_from(["any", "any", "end", "start", "float"]))
    forms, bounds = {
        "any": (_FLOWS, [":i", "i:", "i:j", ":-i", "-i:"]),
        "end": (_FLOWS_FROM_AN_END, [":i", "i:", ":-i"]),
        "start": (_FLOWS_FROM_THE_START, [":i", ":-i", ":i + j"]),
        "float": (_FLOWS_OF_FLOATS, [":i", "i:", "i:j"]),
    }[kind]
    body = f"return {draw(st.sampled_from(forms)).format(draw(st.sampled_from(bounds)))}"
    dtype = "float32" if kind == "float" else draw(st.sampled_from(["float32", "int32"]))
    values = st.integers(-n - 2, n + 2)
    return Program(body, (n, n), dtype, (draw(values), draw(values)), known=True)


@st.composite
def _bounds(
    draw: st.DrawFn, n: int, *, smallest: int, from_end: bool = True
) -> tuple[str, tuple[int, int]]:
    """The text of a slice along an axis of length `n`, and values of `i` and `j` for which it is in bounds.

    With `from_end` its start may be counted from the end.
    """
    size = draw(st.integers(min(smallest, n), n))
    start = draw(st.integers(0, n - size))
    kinds = ["i:j", ":i", "i:", ":-i", "i:i + j", "1:j", "i:-j", *(["-i:"] if from_end else [])]
    kind = draw(st.sampled_from(kinds))
    match kind:
        case ":i":
            return kind, (size, 0)
        case "i:":
            return kind, (n - size, 0)
        case "-i:":
            return kind, (size or n, 0)
        case ":-i" if size < n:
            return kind, (n - size, 0)
        case "i:i + j":
            return kind, (start, size)
        case "1:j" if n > 1:
            return kind, (0, 1 + max(min(size, n - 1), smallest))
        case "i:-j" if size < n:
            return kind, (0, n - size)
    return "i:j", (start, start + size)
