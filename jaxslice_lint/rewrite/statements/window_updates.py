"""`lax.dynamic_update_slice` with an update of another rank or dtype: the call that takes it."""

import ast
import re
from dataclasses import dataclass

from jaxslice_lint.facts.misuse import Misuse
from jaxslice_lint.facts.site import OperandKind
from jaxslice_lint.jax_model.lookup import WATCHED
from jaxslice_lint.jax_model.names import LAX, NUMPY
from jaxslice_lint.rewrite.statements.places import Place
from jaxslice_lint.rewrite.text.edit import Edit, Fix, NoRewriteError
from jaxslice_lint.rewrite.text.names import Names

_BY_INDEX = "dynamic_update_index_in_dim"
_COMMENT = re.compile(r"#[^\r\n]*")
_SPACE = rf"(?:\s|\\|{_COMMENT.pattern})*"
_CLOSING, _COMMA = re.compile(rf"{_SPACE}\)"), re.compile(rf"{_SPACE},{_SPACE}")
_TIGHT = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)


def fitted(misuse: Misuse, place: Place, names: Names) -> Fix:
    """The call with an update that has the rank and the dtype of the array. Raises `NoRewriteError`."""
    call = _Call.of(misuse, place)
    operand, value = misuse.operand, misuse.value
    if value is None or value.kind is OperandKind.UNKNOWN:
        raise NoRewriteError("its update differs between the calls that reach it")
    if not isinstance(call.nodes["operand"], ast.Name | ast.Attribute):
        raise NoRewriteError("the array would be evaluated twice: bind it to a name first")
    imports: dict[Edit, None] = {}

    def name(module: str, attribute: str) -> str:
        spelling = names.spell(module, attribute, misuse.span)
        imports.update(dict.fromkeys(spelling.edits))
        return spelling.text

    cautions: list[str] = []
    has_row = operand.ndim is not None and value.ndim == operand.ndim - 1
    if value.ndim is not None and operand.ndim is not None and value.ndim != operand.ndim:
        if not has_row:
            raise NoRewriteError("which axes the update lacks is not known")
        message = f"Use `{_BY_INDEX}`, which takes an update without the axis"
        changes = [*call.by_index(name(LAX, _BY_INDEX))]
        if misuse.unseen:
            cautions.append("others may pass an update that has the axis")
    elif operand.ndim is None and value.ndim == 0:
        raise NoRewriteError("the number of axes of the array is not known")
    else:
        message, changes = "Convert the update to the dtype of the array", []
    if value.dtype != operand.dtype or not changes:
        array, update = call.text("operand"), call.text("update")
        if value.kind in (OperandKind.ARRAY, OperandKind.NUMPY):
            # Of an array whose dtype is not known JAX says if it does not fit.
            if value.dtype is not None and operand.dtype is not None:
                tight = isinstance(call.nodes["update"], _TIGHT)
                update = update if tight else f"({update})"
                changes.append(call.change("update", f"{update}.astype({array}.dtype)"))
                if "int" in operand.dtype and "int" not in value.dtype:
                    cautions.append("fractions are cut off")
        else:
            asarray = name(NUMPY, "asarray")
            changes.append(call.change("update", f"{asarray}({update}, {array}.dtype)"))
    replaced = "".join(place.text(change.start, change.end) for change in changes)
    if lost := _COMMENT.search(replaced):
        cautions.append(f"the comment `{lost[0]}` would be lost")
    return Fix(message, (call.edited(changes), *imports), not cautions, "; ".join(cautions))


@dataclass(frozen=True)
class _Call:
    """A call as it is written: its arguments by parameter."""

    place: Place
    node: ast.Call
    nodes: dict[str, ast.expr]

    @classmethod
    def of(cls, misuse: Misuse, place: Place) -> "_Call":
        node = place.node
        assert isinstance(node, ast.Call)
        names = next(
            row.parameters
            for path, row in WATCHED.items()
            if path.rpartition(".")[2] == misuse.name.rpartition(".")[2]
        )
        named = {one.arg: one.value for one in node.keywords if one.arg is not None}
        return cls(place, node, {**dict(zip(names, node.args, strict=False)), **named})

    def text(self, parameter: str) -> str:
        return self.place.written(self.nodes[parameter])

    def change(self, parameter: str, text: str) -> Edit:
        node = self.nodes[parameter]
        return Edit(self.place.start(node), self.place.end(node), text)

    def by_index(self, function: str) -> list[Edit]:
        """The changes that make the call one of `dynamic_update_index_in_dim`."""
        func = self.node.func
        changes = [Edit(self.place.start(func), self.place.end(func), function)]
        start = "start_index" if "start_index" in self.nodes else "start_indices"
        keyword = next((one for one in self.node.keywords if one.arg == start), None)
        if start == "start_index":
            new = self.text(start)
        else:
            index, axis = self._only_start()
            new = f"{index}, {axis}" if keyword is None else f"{index}, axis={axis}"
        node, source = self.nodes[start], self.place.source
        if keyword is None:
            first = self._behind_comma(self.node.args[self.node.args.index(node) - 1])
            return [*changes, Edit(first, self._end(first, node), new)]
        span = source.span(keyword.lineno, keyword.col_offset, keyword.lineno, 0)
        first = source.offset(span.line, span.column)
        return [*changes, Edit(first, self._end(first, node), f"index={new}")]

    def _behind_comma(self, before: ast.expr) -> int:
        """Where the argument behind another one begins, the parentheses around it included."""
        text, at = self.place.source.text, self.place.end(before)
        while closing := _CLOSING.match(text, at):
            at = closing.end()
        comma = _COMMA.match(text, at)
        assert comma is not None
        return comma.end()

    def _end(self, first: int, node: ast.expr) -> int:
        """Where the argument ends that begins at `first`, the parentheses around its value included."""
        text, at = self.place.source.text, self.place.end(node)
        opened = _COMMENT.sub("", text[first : self.place.start(node)]).count("(")
        for _ in range(opened):
            closing = _CLOSING.match(text, at)
            assert closing is not None
            at = closing.end()
        return at

    def _only_start(self) -> tuple[str, int]:
        """The one start that is not 0, and its axis."""
        node = self.nodes["start_indices"]
        if isinstance(node, ast.Tuple | ast.List):
            places = [
                axis
                for axis, one in enumerate(node.elts)
                if not (isinstance(one, ast.Constant) and one.value == 0)
            ]
            places = places or [0] * (len(node.elts) == 1)
            if len(places) == 1:
                return self.place.written(node.elts[places[0]]), places[0]
        raise NoRewriteError("which axis the update lacks is not clear")

    def edited(self, changes: list[Edit]) -> Edit:
        """The call with some changes in it, as one."""
        first, last = self.place.start(self.node), self.place.end(self.node)
        text, at = "", first
        for change in sorted(changes):
            text += self.place.text(at, change.start) + change.content
            at = change.end
        return Edit(first, last, text + self.place.text(at, last))
