"""Which calls of a file are `lax.dynamic_slice*` or `lax.dynamic_update_slice*`, and what they say axis by axis.

Names are resolved by the imports of the file alone. What cannot be read off raises `UnreadableError` with the reason.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PARAMETERS = {
    "dynamic_slice": ("operand", "start_indices", "slice_sizes"),
    "dynamic_slice_in_dim": ("operand", "start_index", "slice_size", "axis"),
    "dynamic_update_slice": ("operand", "update", "start_indices"),
    "dynamic_update_slice_in_dim": ("operand", "update", "start_index", "axis"),
}
NAMES = frozenset(_PARAMETERS)


class UnreadableError(Exception):
    """Why a call cannot be undone."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a window. `size` is None where the size is that of the update."""

    start: ast.expr
    size: ast.expr | None

    @property
    def literal_start(self) -> int | None:
        """The start, if it is a number."""
        return literal(self.start)


@dataclass(frozen=True, slots=True)
class Window:
    """What a call reads or updates: `axes` of `operand`, from axis `first` on. `update` is None for a read.

    There is only one axis if `first` is not 0; it counts from the end if negative.
    """

    operand: ast.expr
    update: ast.expr | None
    axes: tuple[Axis, ...]
    first: int

    @property
    def is_dynamic(self) -> bool:
        """Whether any start is more than a number."""
        return any(axis.literal_start is None for axis in self.axes)


def import_names(tree: ast.Module) -> dict[str, str]:
    """What the names that any import of the file binds stand for, dotted."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                for alias in node.names:
                    head = alias.name.partition(".")[0]
                    names[alias.asname or head] = alias.name if alias.asname else head
            case ast.ImportFrom(module=str(module)):
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{module}.{alias.name}"
    return names


def lax_calls(tree: ast.Module) -> Iterator[tuple[ast.Call, Window | UnreadableError]]:
    """The calls of `jax.lax`'s four functions, by whatever name, and what each says."""
    names = import_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _function(node, names)):
            try:
                yield node, _window(node, name)
            except UnreadableError as problem:
                yield node, problem


def _window(call: ast.Call, name: str) -> Window:
    given = _arguments(call, _PARAMETERS[name])
    operand, update = given["operand"], given.get("update")
    if name.endswith("in_dim"):
        axis = literal(given["axis"]) if "axis" in given else 0
        if axis is None:
            raise UnreadableError("the axis is not a number")
        one = Axis(given["start_index"], given.get("slice_size"))
        return Window(operand, update, (one,), axis)
    starts = _written_out(given["start_indices"], "the starts are not written out")
    if update is not None:
        return Window(operand, update, tuple(Axis(start, None) for start in starts), 0)
    sizes = _written_out(given["slice_sizes"], "the sizes are not written out")
    if len(sizes) != len(starts):
        raise UnreadableError("starts and sizes have different lengths")
    return Window(operand, None, tuple(map(Axis, starts, sizes)), 0)


def literal(node: ast.expr) -> int | None:
    """The value of an integer literal, also with a sign."""
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    return None


def _function(call: ast.Call, names: dict[str, str]) -> str:
    """Which of the four is called, or the empty string."""
    parts: list[str] = []
    node = call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return ""
    dotted = ".".join([names[node.id], *reversed(parts)])
    module, _, name = dotted.rpartition(".")
    return name if name in NAMES and module.startswith("jax.") and "lax" in module else ""


def _arguments(call: ast.Call, parameters: Sequence[str]) -> dict[str, ast.expr]:
    if any(isinstance(a, ast.Starred) for a in call.args) or any(
        k.arg is None for k in call.keywords
    ):
        raise UnreadableError("the arguments are not written out")
    given = dict(zip(parameters, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    required = [name for name in parameters if name != "axis"]
    if not given.keys() >= set(required):
        raise UnreadableError("an argument is missing")
    return given


def _written_out(node: ast.expr, problem: str) -> list[ast.expr]:
    """The elements of a tuple without a tail that covers whole axes.

    `(i, 0)`, `jnp.array([i, 0])`; with a tail `(i,) + (0,) * n`, `(i, *zeros)`, `(k,) + x.shape[1:]`.
    """
    tail: ast.expr | None = None
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            node, tail = left, right
        case ast.Call(func=ast.Attribute(attr="array" | "asarray"), args=[argument, *_]):
            node = argument
    elements = list(node.elts) if isinstance(node, ast.Tuple | ast.List) else []
    if elements and tail is None and isinstance(last := elements[-1], ast.Starred):
        elements, tail = elements[:-1], last.value
    if not elements or any(isinstance(element, ast.Starred) for element in elements):
        raise UnreadableError(problem)
    if tail is not None and not _is_zeros(tail) and not _is_shape_tail(tail, len(elements)):
        raise UnreadableError(problem)
    return elements


def _is_zeros(node: ast.expr) -> bool:
    """`(0,) * n`, in either order, also of lists."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return any(
                isinstance(side, ast.Tuple | ast.List) and [literal(e) for e in side.elts] == [0]
                for side in (left, right)
            )
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return all(literal(element) == 0 for element in elements)
    return False


def _is_shape_tail(node: ast.expr, length: int) -> bool:
    """`x.shape[n:]`."""
    match node:
        case ast.Subscript(
            value=ast.Attribute(attr="shape"), slice=ast.Slice(lower=lower, upper=None)
        ):
            return lower is not None and literal(lower) == length
    return False
