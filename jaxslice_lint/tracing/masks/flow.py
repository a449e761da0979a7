"""Where slices of traced size go, and whether masks can tell all of their consumers which elements count."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from jaxslice_lint.facts.masking import Consumer, Form, Masking
from jaxslice_lint.facts.site import Site
from jaxslice_lint.source.nodes import FunctionNode, children, span_of, walk
from jaxslice_lint.source.slice_calls import SliceCall
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.masks.expressions import evaluate
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedValue
from jaxslice_lint.tracing.masks.runs import Runs
from jaxslice_lint.tracing.masks.slices import RefusedError, TracedSlice, traced_slices
from jaxslice_lint.tracing.masks.surroundings import Surroundings, pairs
from jaxslice_lint.tracing.observe.recording import Values

#: The slices of traced size of a function, by the expressions that have their elements.
_Places = dict[ast.expr, tuple[ast.Subscript, Site]]
_HALF = "another slice of traced size in the same expression cannot be masked"


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
    parents = {child: parent for parent in walk(tree) for child in children(parent)}
    parents |= {node: parents[node.call] for node in sized if isinstance(node, SliceCall)}
    functions: dict[ast.AST, tuple[Surroundings, _Places]] = {}
    for node, site in sized.items():
        around = Surroundings(source, parents, node)
        _, places = functions.setdefault(around.function, (around, {}))
        places[_place(node, parents)] = node, site

    def masking(node: ast.Subscript) -> Masking | str:
        """One that is right for any number of axes, else for that which calls show."""
        function = functions[Surroundings(source, parents, node).function]
        known, shown = (
            _Flow(Runs(tracer, runs[node], shown=of_calls), source, parents, node, *function)
            for of_calls in (False, True)
        )
        first = known.masking()
        if isinstance(first, Masking) and not first.cautions:
            return first
        second = shown.masking()
        is_better = isinstance(second, Masking) and (
            not second.cautions or not isinstance(first, Masking)
        )
        return second if is_better else first

    return _whole({node: masking(node) for node in sized}, parents)


def _whole(
    found: Mapping[ast.Subscript, Masking | str], parents: Mapping[ast.AST, ast.AST]
) -> dict[ast.Subscript, Masking | str]:
    """The masks of an expression stand or fall together: half a computation that is told is told to no avail."""
    together: dict[ast.AST, list[Masking | str]] = {}
    for node, one in found.items():
        together.setdefault(_computation(node, parents), []).append(one)
    return {node: _with(one, together[_computation(node, parents)]) for node, one in found.items()}


def _with(one: Masking | str, others: Sequence[Masking | str]) -> Masking | str:
    """A masking where all of `others` are made, of which each assumes something."""
    if isinstance(one, str):
        return one
    masked = [other for other in others if isinstance(other, Masking)]
    if len(masked) < len(others):
        return _HALF
    cautions = dict.fromkeys(text for other in masked for text in other.cautions)
    return replace(one, cautions=tuple(cautions))


def _computation(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> ast.AST:
    """The largest expression around a slice whose parts meet, which those of a tuple do not."""
    parent = parents[node]
    while isinstance(parent, ast.expr | ast.keyword) and not isinstance(
        parent, ast.Tuple | ast.List | ast.Dict | ast.Lambda
    ):
        node, parent = parent, parents[parent]
    return node


def has_traced_size(site: Site) -> bool:
    """Whether some slice of a site has a traced size."""
    return any(element.has_traced_size for element in site.elements)


def _place(node: ast.Subscript, parents: Mapping[ast.AST, ast.AST]) -> ast.expr:
    """The expression that has the elements of a slice: `x[…]`, all of `x.at[…].get()`, or a call."""
    if isinstance(node, SliceCall):
        return node.call
    attribute = parents[node]
    if _is_at(node) and isinstance(attribute, ast.Attribute) and attribute.attr == "get":
        call = parents[attribute]
        if isinstance(call, ast.Call) and not call.args and not call.keywords:
            return call
    return node


class _Flow:
    """Follows one slice, and those that it meets, to their consumers."""

    def __init__(
        self,
        runs: Runs,
        source: Source,
        parents: Mapping[ast.AST, ast.AST],
        node: ast.Subscript,
        around: Surroundings,
        places: _Places,
    ) -> None:
        self._parents = parents
        self._source = source
        self._node = node
        self._runs = runs
        self._around = around
        self._places = places
        self._slices: dict[ast.expr, tuple[TracedSlice, ...] | RefusedError] = {}
        self._analysis = MaskAnalysis(source, self._runs, self._slices_at, {}, evaluate)
        self._defined: set[str] = set()
        self._masked_names: set[str] = set()
        self._unmasked: list[tuple[str, ast.expr]] = []

    def masking(self) -> Masking | str:
        """How masks can replace the slice, or why they cannot."""
        try:
            self._follow()
            self._check_unmasked()
            self._check_names()
        except RefusedError as refusal:
            return str(refusal)
        self._fill_at_once()
        found = [self._shared(node, *told) for (node, _), told in self._analysis.consumers.items()]
        if not found:
            return "nothing takes the slice that could be told which elements count"
        return Masking(
            tuple(
                (span_of(self._source, sliced.node), sliced.position)
                for sliced in self._analysis.used
            ),
            tuple(found),
            self._around.span_of_function(),
            tuple(self._analysis.cautions),
            tuple(
                (span_of(self._source, sliced.node), count)
                for sliced, count in self._analysis.ranks.items()
            ),
        )

    def _slices_at(self, place: ast.expr) -> tuple[TracedSlice, ...] | RefusedError:
        """The slices of an expression: of those in a function, few meet."""
        if place not in self._places:
            return ()
        if place not in self._slices:
            node, site = self._places[place]
            is_update = place is node and _is_at(node)
            statement = self._around.place_for_names(node)
            try:
                self._slices[place] = traced_slices(
                    place, node, site, self._source, self._runs, statement, is_update=is_update
                )
            except RefusedError as refusal:
                self._slices[place] = refusal
        return self._slices[place]

    def _follow(self) -> None:
        """Follow the slice and all that it meets, until no new variable is masked."""
        pending: list[ast.expr] = [_place(self._node, self._parents)]
        followed: set[ast.expr] = set()
        while pending:
            start = pending.pop()
            if start in followed:
                continue
            followed.add(start)
            for name, masked in self._climb(start):
                self._bind(name, masked)
                pending += self._around.loads(name)
            for sliced in self._analysis.used:
                pending.append(_place(sliced.node, self._parents))

    def _climb(self, node: ast.expr) -> Iterator[tuple[str, MaskedValue]]:
        """Go up from an expression until nothing is masked any more; the variable that takes it if that never is."""
        current: ast.AST = node
        while isinstance(current, ast.expr | ast.keyword):
            if isinstance(current, FunctionNode):
                raise RefusedError("the slice is what a lambda returns")
            if isinstance(current, ast.expr) and not self._is_part_of_other(current):
                self._define(current)
                masked = self._analysis.masked(current)
                if masked is None:
                    return
            current = self._parents[current]
        match current:
            case ast.Assign(targets=[target], value=value):
                yield from self._assigned(target, value)
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                yield from self._assigned(target, value)
            case ast.Return():
                raise RefusedError("the slice, or what is made of it, leaves the function")
            case _:
                raise RefusedError(
                    "the slice, or what is made of it, goes where no mask can follow"
                )

    def _assigned(self, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, MaskedValue]]:
        """The variables that take masked values in an assignment."""
        for name, one in pairs(target, value):
            masked = self._analysis.masked(one)
            if masked is None:
                continue
            if not isinstance(name, ast.Name):
                raise RefusedError(
                    "the slice, or what is made of it, goes where no mask can follow"
                )
            self._around.check_variable(name.id)
            yield name.id, masked

    def _is_part_of_other(self, node: ast.expr) -> bool:
        """Whether `node` is the `x.sum` of `x.sum()`, the list of `f([x, y])`, or all that `a, b = x, y` assigns."""
        match self._parents[node]:
            case ast.Call(func=func):
                is_list = isinstance(node, ast.List | ast.Tuple)
                return is_list or (isinstance(node, ast.Attribute) and func is node)
            case ast.Assign(targets=[target], value=value):
                return value is node and len(pairs(target, value)) > 1
        return False

    def _define(self, node: ast.expr) -> None:
        """Note which variables in `node` are masked. Raises `RefusedError` for one of traced size that is not."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id not in self._defined:
                self._defined.add(inner.id)
                self._define_variable(inner.id)

    def _define_variable(self, name: str) -> None:
        values = self._around.values_of(name)
        for value in values:
            self._define(value)
        values = [v for v in values if any(map(self._has_traced_size, ast.walk(v)))]
        only = self._around.only_value(name)
        if only is None:
            self._unmasked += [(name, value) for value in values]
        elif values and (masked := self._analysis.masked(only)) is not None:
            self._bind(name, masked)

    def _bind(self, name: str, masked: MaskedValue) -> None:
        """Note that a variable is masked."""
        self._analysis.names.update(dict.fromkeys(self._around.loads(name), masked.named(name)))
        self._masked_names.add(name)
        self._analysis.forget()

    def _check_unmasked(self) -> None:
        """Variables that are assigned in several places must not be masked."""
        for name, value in self._unmasked:
            self._define(value)
            if self._analysis.masked(value) is not None:
                raise RefusedError(f"`{name}` has a traced size, and is assigned in several places")

    def _has_traced_size(self, node: ast.AST) -> bool:
        is_masked = isinstance(node, ast.Name) and node.id in self._masked_names
        return is_masked or node in self._places

    def _fill_at_once(self) -> None:
        """Fill a variable where it is assigned, if it is filled in the same way wherever it is read."""
        consumers = self._analysis.consumers
        for name in self._masked_names:
            told = [consumers.get((load, Form.FILL)) for load in self._around.loads(name)]
            value = self._around.only_value(name)
            if value is None or not told or told[0] is None:
                continue
            consumer, slices = told[0]
            wanted = consumer.masks, consumer.value, consumer.first
            reads_itself = any(mask.array == name for mask in consumer.masks)
            if (
                reads_itself
                or consumer.first is not None
                or any(
                    one is None or (one[0].masks, one[0].value, one[0].first) != wanted
                    for one in told
                )
            ):
                continue
            for load in self._around.loads(name):
                del consumers[load, Form.FILL]
            span = span_of(self._source, value)
            consumers[value, Form.FILL] = replace(consumer, span=span, within=None), slices

    def _shared(
        self, node: ast.expr, consumer: Consumer, slices: tuple[TracedSlice, ...]
    ) -> Consumer:
        """A consumer whose masks are those of the first slices of axes of the same length, where these hold for it."""
        masks = consumer.masks
        for one in slices:
            first = self._analysis.lengths.first_like(one)
            if first is one:
                continue
            try:
                self._check_reach(node, first)
            except RefusedError:
                continue
            masks = tuple(
                replace(first.mask(mask.trailing, self._runs), is_reversed=mask.is_reversed)
                if mask.trailing is not None and (mask.array, mask.axis) == (one.array, one.axis)
                else mask
                for mask in masks
            )
        return replace(consumer, masks=masks)

    def _check_names(self) -> None:
        """What a mask is written with must mean the same at the consumer as at the slice."""
        for (node, _), (_, slices) in self._analysis.consumers.items():
            if self._around.is_in_string(node):
                raise RefusedError("the slice is used in an f-string")
            for sliced in slices:
                self._check_reach(node, sliced)

    def _check_reach(self, node: ast.expr, sliced: TracedSlice) -> None:
        """Raise `RefusedError` unless what a slice is written with means the same at `node`."""
        mine = self._around.statement(sliced.node)
        if self._around.statement(node) is mine:
            return
        if not self._around.comes_behind(node, mine):
            raise RefusedError("the slice may be one that an earlier round of a loop took")
        written = [one for one in (sliced.bounds.lower, sliced.bounds.upper, sliced.operand) if one]
        parts = [part for one in written for part in ast.walk(one)]
        if not all(map(self._runs.is_lasting, parts)):
            raise RefusedError("attributes and elements may change before the slice is used")
        names = {part.id for part in parts if isinstance(part, ast.Name)}
        kept = self._around.assigned_from(sliced.place) if sliced.is_whole else None
        fields = {part.attr for part in parts if isinstance(part, ast.Attribute)}
        for inner in ast.walk(self._around.function):
            match inner:
                # What never changes is made up to the end of its constructor.
                case ast.Attribute(attr=name, ctx=ast.Store()) if name in fields:
                    pass
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if (
                    name in names and inner.lineno >= mine.lineno and inner is not kept
                ):
                    pass
                case _:
                    continue
            raise RefusedError(f"`{name}` may change before the slice is used")


def _is_at(node: ast.Subscript) -> bool:
    return isinstance(node.value, ast.Attribute) and node.value.attr == "at"
