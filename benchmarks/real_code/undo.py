"""The inverse codemod: calls of `lax.dynamic_slice*` with a start that is no number become slices again.

All calls of a file are undone at once. The new text says where each undone site is; a call that stays has a reason.
"""

import ast
import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lax_calls import Axis, UnreadableError, Window, lax_calls, literal
from program import definition_name

_ATOMS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, from 1, in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class UndoneSite:
    """A subscript that was a call. `bounds` are its starts that are no numbers, as places of the undone text."""

    start: Place
    end: Place
    bounds: tuple[Place, ...]
    function: str
    kind: str
    released_line: int


@dataclass(frozen=True, slots=True)
class Skip:
    """A call with a start that is no number, or may be, that stays as it is."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    """A file after the codemod."""

    text: str
    sites: tuple[UndoneSite, ...]
    skips: tuple[Skip, ...]


def undo(text: str) -> Undone:
    """Undo every call of a file that can be undone. Raises `SyntaxError` if Python cannot parse it."""
    return _Undoing(text).result()


@dataclass(frozen=True, slots=True)
class _Mark:
    """An undone site by offsets of the piece that holds it."""

    start: int
    end: int
    bounds: tuple[int, ...]
    call: ast.Call
    kind: str

    def moved(self, by: int) -> "_Mark":
        bounds = tuple(bound + by for bound in self.bounds)
        return _Mark(self.start + by, self.end + by, bounds, self.call, self.kind)


class _Piece:
    """Text that grows, with the sites in it."""

    def __init__(self) -> None:
        self.text = ""
        self.marks: list[_Mark] = []

    def add(self, more: "str | _Piece") -> None:
        if isinstance(more, _Piece):
            self.marks += [mark.moved(len(self.text)) for mark in more.marks]
            self.text += more.text
        else:
            self.text += more


class _Undoing:
    """One file on its way."""

    def __init__(self, text: str) -> None:
        self.text = text
        tree = ast.parse(text)
        self.lines = _LineStarts(text)
        self.functions = dict(_enclosing(tree, ()))
        self.windows: list[tuple[ast.Call, Window]] = []
        self.skips: list[Skip] = []
        for call, window in lax_calls(tree):
            if isinstance(window, UnreadableError):
                self.skips.append(Skip(call.lineno, str(window)))
            elif window.is_dynamic:
                self.windows.append((call, window))
        self.windows.sort(key=lambda found: (self._start(found[0]), -self._end(found[0])))

    def result(self) -> Undone:
        """The whole file, undone."""
        piece = self._expanded(0, len(self.text))
        ast.parse(piece.text)
        lines = _LineStarts(piece.text)
        sites = [
            UndoneSite(
                lines.place(mark.start),
                lines.place(mark.end),
                tuple(lines.place(bound) for bound in mark.bounds),
                self.functions[mark.call],
                mark.kind,
                mark.call.lineno,
            )
            for mark in piece.marks
        ]
        undone = {mark.call for mark in piece.marks}
        inner = [
            Skip(call.lineno, "inside the start or the size of another")
            for call, _ in self.windows
            if call not in undone
        ]
        return Undone(piece.text, tuple(sites), (*self.skips, *inner))

    def _expanded(self, start: int, end: int) -> _Piece:
        """This part of the file, with the calls in it undone."""
        piece = _Piece()
        at = start
        for call, window in self.windows:
            if at <= self._start(call) and self._end(call) <= end:
                piece.add(self.text[at : self._start(call)])
                piece.add(self._slice(call, window))
                at = self._end(call)
        piece.add(self.text[at:end])
        return piece

    def _slice(self, call: ast.Call, window: Window) -> _Piece:
        piece = _Piece()
        piece.add(self._operand(window.operand))
        if window.update is not None:
            piece.add(".at")
        piece.add("[" + ("..., " if window.first < 0 else ":, " * window.first))
        bounds: list[int] = []
        for number, axis in enumerate(window.axes):
            piece.add(", " * bool(number))
            if axis.literal_start is None:
                bounds.append(len(piece.text) + (not _is_tight(axis.start)))
            piece.add(self._bounds(window, axis, number + window.first))
        piece.add(", :" * (-1 - window.first) + "]")
        kind = "read" if window.update is None else "update"
        piece.marks.append(_Mark(0, len(piece.text), tuple(bounds), call, kind))
        if window.update is not None:
            piece.add(".set(")
            piece.add(self._expanded(self._start(window.update), self._end(window.update)))
            piece.add(")")
        return piece

    def _operand(self, node: ast.expr) -> _Piece:
        inner = self._expanded(self._start(node), self._end(node))
        if isinstance(node, _ATOMS) and "\n" not in inner.text:
            return inner
        piece = _Piece()
        piece.add("(")
        piece.add(inner)
        piece.add(")")
        return piece

    def _bounds(self, window: Window, axis: Axis, number: int) -> str:
        """One element of the index, as people write it."""
        start, size = axis.literal_start, self._size(window, axis, number)
        if start == 0:
            whole = f"{ast.unparse(window.operand)}.shape[{number}]"
            return ":" if axis.size is not None and ast.unparse(axis.size) == whole else f":{size}"
        if start is not None and size.isdigit():
            return f"{start}:{start + int(size)}"
        text = self._source(axis.start)
        if not _is_tight(axis.start):
            text = f"({text})"
        return f"{text}:{text} + {size}"

    def _size(self, window: Window, axis: Axis, number: int) -> str:
        if axis.size is None and window.update is not None:
            read_off = _size_of_update(window.update, number)
            if read_off is None:
                text = self._source(window.update)
                is_atom = isinstance(window.update, _ATOMS) and "\n" not in text
                return f"{text}.shape[{number}]" if is_atom else f"({text}).shape[{number}]"
            size = read_off
        elif axis.size is not None:
            size = axis.size
        else:
            raise AssertionError("a read has sizes")
        text = self._source(size)
        return text if isinstance(size, (*_ATOMS, ast.Constant)) else f"({text})"

    def _source(self, node: ast.expr) -> str:
        if not hasattr(node, "lineno"):
            return ast.unparse(node)
        return self.text[self._start(node) : self._end(node)]

    def _start(self, node: ast.expr) -> int:
        return self.lines.offset(node.lineno, node.col_offset)

    def _end(self, node: ast.expr) -> int:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.lines.offset(node.end_lineno, node.end_col_offset)


class _LineStarts:
    """Offsets of a text in characters, and the lines and columns of people and of `ast`."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def offset(self, line: int, utf8_column: int) -> int:
        text = self.lines[line - 1]
        if not text.isascii():
            utf8_column = len(text.encode()[:utf8_column].decode())
        return self.starts[line - 1] + utf8_column

    def place(self, offset: int) -> Place:
        line = bisect.bisect_right(self.starts, offset)
        return Place(line, offset - self.starts[line - 1] + 1)


def _is_tight(node: ast.expr) -> bool:
    """Whether `node + size` keeps `node` together."""
    arithmetic = ast.Add | ast.Sub | ast.Mult | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, arithmetic)
    return isinstance(node, (*_ATOMS, ast.Constant, ast.UnaryOp))


def _size_of_update(update: ast.expr, axis: int) -> ast.expr | None:
    """The size of an axis where the expression shows it: `u[None]`, `jnp.zeros((1, n))`, `u.reshape(1, n)`."""
    match update:
        case ast.Subscript(slice=index):
            elements = index.elts if isinstance(index, ast.Tuple) else [index]
            head = elements[: axis + 1]
            if 0 <= axis < len(elements) and all(
                isinstance(e, ast.Slice) or _is_none(e) for e in head
            ):
                return ast.Constant(1) if _is_none(head[axis]) else None
        case ast.Call(func=ast.Attribute(attr="expand_dims"), args=[_, dims]):
            return ast.Constant(1) if literal(dims) == axis else None
        case ast.Call(
            func=ast.Attribute(attr="zeros" | "ones" | "full"), args=[ast.Tuple(elts=shape), *_]
        ):
            return _at(shape, axis)
        case ast.Call(func=ast.Attribute(attr="reshape"), args=[ast.Tuple(elts=shape)]):
            return _at(shape, axis)
        case ast.Call(
            func=ast.Attribute(attr="reshape" | "broadcast_to"), args=[_, ast.Tuple(elts=shape)]
        ):
            return _at(shape, axis)
        case ast.Call(
            func=ast.Attribute(attr="array" | "asarray"), args=[ast.List(elts=items), *_]
        ):
            return ast.Constant(len(items)) if axis == 0 else None
        case ast.Call(func=ast.Attribute(value=base, attr="reshape"), args=[_, _, *_] as shape):
            return None if _is_module(base) else _at(shape, axis)
    return None


def _at(shape: Sequence[ast.expr], axis: int) -> ast.expr | None:
    if not -len(shape) <= axis < len(shape) or any(isinstance(e, ast.Starred) for e in shape):
        return None
    size = shape[axis]
    return None if literal(size) == -1 else size


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"jnp", "np", "lax", "numpy"}


def _is_none(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=None) | ast.Attribute(attr="newaxis"):
            return True
    return False


def _enclosing(node: ast.AST, path: tuple[str, ...]) -> Iterator[tuple[ast.AST, str]]:
    """Each call with the dotted path of the function, class or lambda around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, ".".join(path)
        name = definition_name(child)
        yield from _enclosing(child, (*path, name) if name else path)
