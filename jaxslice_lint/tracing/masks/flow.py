"""Where slices of traced size go, and whether masks can tell all of their consumers which elements count."""

import ast
from collections.abc import Iterator, Mapping

from jaxslice_lint.facts.masking import Masking
from jaxslice_lint.facts.site import Site
from jaxslice_lint.source.nodes import FunctionNode, span_of
from jaxslice_lint.source.slice_calls import SliceCall
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.masks.expressions import evaluate
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedValue
from jaxslice_lint.tracing.masks.runs import Runs
from jaxslice_lint.tracing.masks.slices import RefusedError, TracedSlice, traced_slice
from jaxslice_lint.tracing.observe.recording import Values


def maskings(
    tracer: Tracer,
    tree: ast.Module,
    source: Source,
    sites: Mapping[ast.Subscript, Site],
    runs: Mapping[ast.Subscript, list[Values]],
) -> dict[ast.Subscript, Masking | str]:
    """For each slice of traced size how masks can replace it, or why they cannot."""
    sized = {node: site for node, site in sites.items() if node in runs and has_traced_size(site)}
    if not sized:
        return {}
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    parents |= {node: parents[node.call] for node in sized if isinstance(node, SliceCall)}
    return {
        node: _Flow(tracer, source, parents, sized, runs[node], node).masking() for node in sized
    }


def has_traced_size(site: Site) -> bool:
    """Whether some slice of a site has a traced size."""
    return any(element.has_traced_size for element in site.elements)


class _Flow:
    """Follows one slice, and those that it meets, to their consumers."""

    def __init__(
        self,
        tracer: Tracer,
        source: Source,
        parents: Mapping[ast.AST, ast.AST],
        sites: Mapping[ast.Subscript, Site],
        runs: list[Values],
        node: ast.Subscript,
    ) -> None:
        self._parents = parents
        self._source = source
        self._node = node
        self._runs = Runs(tracer, runs)
        self._function = self._function_around(node)
        self._slices: dict[ast.expr, TracedSlice | RefusedError] = {}
        for other, site in sites.items():
            if self._function_around(other) is self._function:
                self._add_slice(other, site)
        self._analysis = MaskAnalysis(source, self._runs, self._slices, {}, evaluate)
        self._defined: set[str] = set()
        self._unmasked: list[tuple[str, ast.expr]] = []

    def masking(self) -> Masking | str:
        """How masks can replace the slice, or why they cannot."""
        try:
            self._follow()
            self._check_unmasked()
            self._check_names()
        except RefusedError as refusal:
            return str(refusal)
        found = [consumer for consumer, _ in self._analysis.consumers.values()]
        if not found:
            return "nothing takes the slice that could be told which elements count"
        return Masking(
            tuple(
                (span_of(self._source, sliced.node), sliced.position)
                for sliced in self._analysis.used
            ),
            tuple(found),
            tuple(self._analysis.cautions),
            tuple(
                (span_of(self._source, sliced.node), count)
                for sliced, count in self._analysis.ranks.items()
            ),
        )

    def _add_slice(self, node: ast.Subscript, site: Site) -> None:
        place = self._place(node)
        try:
            is_update = place is node and _is_at(node)
            self._slices[place] = traced_slice(
                place, node, site, self._source, self._runs, is_update=is_update
            )
        except RefusedError as refusal:
            self._slices[place] = refusal

    def _place(self, node: ast.Subscript) -> ast.expr:
        """The expression that has the elements of a slice: `x[…]`, all of `x.at[…].get()`, or a call."""
        if isinstance(node, SliceCall):
            return node.call
        attribute = self._parents[node]
        if _is_at(node) and isinstance(attribute, ast.Attribute) and attribute.attr == "get":
            call = self._parents[attribute]
            if isinstance(call, ast.Call) and not call.args and not call.keywords:
                return call
        return node

    def _follow(self) -> None:
        """Follow the slice and all that it meets, until no new variable is masked."""
        pending: list[ast.expr] = [self._place(self._node)]
        followed: set[ast.expr] = set()
        while pending:
            start = pending.pop()
            if start in followed:
                continue
            followed.add(start)
            for name, masked in self._climb(start):
                self._analysis.names[name] = masked
                self._analysis.forget()
                pending += self._loads(name)
            for sliced in self._analysis.used:
                pending.append(self._place(sliced.node))

    def _climb(self, node: ast.expr) -> Iterator[tuple[str, MaskedValue]]:
        """Go up from an expression until nothing is masked any more; the variable that takes it if that never is."""
        current: ast.AST = node
        while isinstance(current, ast.expr | ast.keyword):
            if isinstance(current, FunctionNode):
                raise RefusedError("the slice is what a lambda returns")
            if isinstance(current, ast.expr) and not self._is_called(current):
                self._define(current)
                masked = self._analysis.masked(current)
                if masked is None:
                    return
            current = self._parents[current]
        match current:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                self._check_variable(name)
                masked = self._analysis.masked(value)
                assert masked is not None
                yield name, masked
            case ast.Return():
                raise RefusedError("the slice, or what is made of it, leaves the function")
            case _:
                raise RefusedError(
                    "the slice, or what is made of it, goes where no mask can follow"
                )

    def _is_called(self, node: ast.expr) -> bool:
        """Whether `node` is the `x.sum` of `x.sum()`."""
        parent = self._parents[node]
        return (
            isinstance(node, ast.Attribute) and isinstance(parent, ast.Call) and parent.func is node
        )

    def _define(self, node: ast.expr) -> None:
        """Note which variables in `node` are masked. Raises `RefusedError` for one of traced size that is not."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id not in self._defined:
                self._defined.add(inner.id)
                self._define_variable(inner.id)

    def _define_variable(self, name: str) -> None:
        values = self._values_of(name)
        for value in values:
            self._define(value)
        values = [v for v in values if any(map(self._has_traced_size, ast.walk(v)))]
        if self._only_value(name) is None:
            self._unmasked += [(name, value) for value in values]
        elif values and (masked := self._analysis.masked(values[0])) is not None:
            self._analysis.names[name] = masked
            self._analysis.forget()

    def _check_unmasked(self) -> None:
        """Variables that are assigned in several places must not be masked."""
        for name, value in self._unmasked:
            self._define(value)
            if self._analysis.masked(value) is not None:
                raise RefusedError(f"`{name}` has a traced size, and is assigned in several places")

    def _has_traced_size(self, node: ast.AST) -> bool:
        is_masked = isinstance(node, ast.Name) and node.id in self._analysis.names
        return is_masked or node in self._slices

    def _stores(self, name: str) -> list[ast.Name]:
        return [
            inner
            for inner in ast.walk(self._function)
            if isinstance(inner, ast.Name)
            and inner.id == name
            and not isinstance(inner.ctx, ast.Load)
        ]

    def _values_of(self, name: str) -> list[ast.expr]:
        """What is assigned to a variable, here or there."""
        found: list[ast.expr] = []
        for store in self._stores(name):
            parent: ast.AST = store
            while isinstance(parent, ast.expr) and not isinstance(parent, ast.NamedExpr):
                parent = self._parents[parent]
            value = getattr(parent, "value", None) or getattr(parent, "iter", None)
            if isinstance(value, ast.expr):
                found.append(value)
        return found

    def _only_value(self, name: str) -> ast.expr | None:
        """What is assigned to a variable that is assigned once."""
        match [self._parents[one] for one in self._stores(name)]:
            case [ast.Assign(targets=[ast.Name()], value=value)]:
                return value
        return None

    def _check_variable(self, name: str) -> None:
        if isinstance(self._function, ast.Module | ast.Lambda) or self._only_value(name) is None:
            raise RefusedError(f"`{name}` is assigned in several places")
        if any(
            name in inner.names
            for inner in ast.walk(self._function)
            if isinstance(inner, ast.Global | ast.Nonlocal)
        ):
            raise RefusedError(f"`{name}` is not a local variable")
        if any(self._is_in_class(store) for store in self._stores(name)):
            raise RefusedError(f"`{name}` is an attribute of a class")

    def _is_in_class(self, node: ast.AST) -> bool:
        """Whether a class statement lies between `node` and the function."""
        while node is not self._function and not isinstance(node, ast.ClassDef):
            node = self._parents[node]
        return isinstance(node, ast.ClassDef)

    def _loads(self, name: str) -> list[ast.expr]:
        found = [
            inner
            for inner in ast.walk(self._function)
            if isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Load)
        ]
        if any(self._function_around(one) is not self._function for one in found):
            raise RefusedError(f"an inner function reads `{name}`")
        return list(found)

    def _function_around(self, node: ast.AST) -> ast.AST:
        current = self._parents.get(node, node)
        while not isinstance(current, FunctionNode | ast.Module):
            current = self._parents[current]
        return current

    def _statement(self, node: ast.AST) -> ast.stmt:
        while not isinstance(node, ast.stmt):
            node = self._parents[node]
        return node

    def _check_names(self) -> None:
        """What a mask is written with must mean the same at the consumer as at the slice."""
        for (node, _), (_, sliced) in self._analysis.consumers.items():
            if self._is_in_string(node):
                raise RefusedError("the slice is used in an f-string")
            mine = self._statement(sliced.node)
            if self._statement(node) is mine:
                continue
            if not self._comes_behind(node, mine):
                raise RefusedError("the slice may be one that an earlier round of a loop took")
            written = [
                one for one in (sliced.bounds.lower, sliced.bounds.upper, sliced.operand) if one
            ]
            parts = [part for one in written for part in ast.walk(one)]
            if not all(map(self._runs.is_lasting, parts)):
                raise RefusedError("attributes and elements may change before the slice is used")
            names = {part.id for part in parts if isinstance(part, ast.Name)}
            fields = {part.attr for part in parts if isinstance(part, ast.Attribute)}
            for inner in ast.walk(self._function):
                match inner:
                    # What never changes is made up to the end of its constructor.
                    case ast.Attribute(attr=name, ctx=ast.Store()) if name in fields:
                        pass
                    case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if (
                        name in names and inner.lineno > (mine.end_lineno or mine.lineno)
                    ):
                        pass
                    case _:
                        continue
                raise RefusedError(f"`{name}` may change before the slice is used")

    def _is_in_string(self, node: ast.AST) -> bool:
        """Whether `node` stands in an f-string, where Python before 3.12 says wrongly where."""
        while isinstance(node, ast.expr | ast.keyword) and not isinstance(node, ast.JoinedStr):
            node = self._parents[node]
        return isinstance(node, ast.JoinedStr)

    def _comes_behind(self, node: ast.expr, mine: ast.stmt) -> bool:
        """Whether a statement runs each time before `node` does."""
        block, current = self._parents[mine], self._parents[node]
        while current is not block and not isinstance(current, ast.Module):
            current = self._parents[current]
        return current is block and node.lineno > (mine.end_lineno or mine.lineno)


def _is_at(node: ast.Subscript) -> bool:
    return isinstance(node.value, ast.Attribute) and node.value.attr == "at"
