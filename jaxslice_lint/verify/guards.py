"""The traced slices of the original, as calls that check them while they run."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, replace

from jaxslice_lint.facts.site import Bound, Element, ElementKind, OperandKind, Site, Way
from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.lookup import function
from jaxslice_lint.source.slice_calls import GETITEM, arguments_by_name, item_call, slice_call
from jaxslice_lint.verify.fragment import Place
from jaxslice_lint.verify.unknowns import ANY, FLOORS, STATIC, Role, element_role
from jaxslice_lint.verify.verdict import NotRunnableError

#: What the child process answers to: a guarded read, the index of a guarded store, and a slice told by its window.
TAKE, INDEX, SPAN, SLICE = "_take", "_index", "_span", "_slice"
#: And a method of `x.at[…]`, whose argument is checked.
WRITE = "_write"
_Visit = Callable[[ast.expr, Role], ast.expr]
_NOTHING = ast.Constant(None)


@dataclass(frozen=True, slots=True)
class Guards:
    """The slices to guard by their offsets in the file, and the ways in which they are reached.

    `whole`: the function around them is run, so that nothing is claimed of the sizes of the slices.
    """

    sites: Mapping[Place, Site]
    ways: Mapping[Place, Way]
    whole: bool = False

    def of(self, place: Place) -> "Guarded | None":
        """The slice at a place, if there is one."""
        site = self.sites.get(place)
        return None if site is None else Guarded(site, self.ways.get(place), self.whole)


NO_GUARDS = Guards({}, {})


@dataclass(frozen=True, slots=True)
class Guarded:
    """One subscript whose traced slices are checked to be what the rewrite is made for."""

    site: Site
    way: Way | None
    whole: bool

    @property
    def operand(self) -> Role:
        """What has to be sliced."""
        kinds = (ElementKind.SLICE, ElementKind.INTEGER, ElementKind.MASK)
        least = sum(e.ndim or 1 for e in self.site.elements if e.kind in kinds)
        known = self.site.operand
        if self.way is not None:
            here = self.way.operand
            kind = known.kind if here.kind is OperandKind.UNKNOWN else here.kind
            ndim = known.ndim if here.ndim is None else here.ndim
            known = replace(known, kind=kind, ndim=ndim, dtype=here.dtype or known.dtype)
        return Role("array", least, operand=known)

    def as_subscript(self, node: ast.Call) -> ast.Subscript:
        """The subscript that says the same as a call that slices. Raises `NotRunnableError` if none does."""
        if self.site.called == GETITEM:
            return item_call(node)
        parameters = function(self.site.called).parameters
        given = arguments_by_name(node, parameters) or {}
        found = slice_call(node, self.site.called, given, parameters)
        kinds = {element.kind for element in self.site.elements}
        if found is None or ElementKind.UNKNOWN in kinds:
            raise NotRunnableError("the axis that is sliced is not known")
        return found

    def call(self, node: ast.Subscript, base: ast.expr, guard: str, visit: _Visit) -> ast.expr:
        """The subscript as a call. `visit` writes an expression with unknowns. Raises `NotRunnableError`."""
        known = self.site.elements
        if self.site.written:
            elements = list(node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])
        elif self._is_as_it_is:
            elements = []
        else:
            elements = [_parsed(e.text) if e.text and not e.is_traced else _NOTHING for e in known]
        if len(elements) == len(known):
            index: ast.expr = ast.Tuple(self._written(elements, visit), ast.Load())
        else:
            index = visit(node.slice, ANY)
            elements = [_NOTHING for _ in known]
        claims: list[ast.expr] = [
            self._claim(place, one, visit) for place, one in enumerate(known) if one.is_traced
        ]
        arguments: list[ast.expr] = [base, index, ast.List(claims, ast.Load())]
        return ast.Call(ast.Name(guard, ast.Load()), arguments, [])

    def write(self, taken: ast.expr, method: str, value: ast.expr) -> ast.expr:
        """A call of a method of `x.at[…]`, whose argument has to be what is known of it."""
        new = self.site.new_value
        claims = ast.Tuple([ast.Constant(one) for one in astuple(new)], ast.Load())
        return ast.Call(
            ast.Name(WRITE, ast.Load()), [taken, ast.Constant(method), value, claims], []
        )

    @property
    def _is_as_merged(self) -> bool:
        """Whether the index has, in this way, the elements that the rewrite is made for."""
        if self.way is None:
            return True
        return [e.text for e in self.way.elements] == [e.text for e in self.site.elements]

    @property
    def _is_as_it_is(self) -> bool:
        """Whether an index that is built elsewhere is taken as it is, and not spelled by its bounds."""
        return self.whole or not self._is_as_merged

    def _written(self, elements: list[ast.expr], visit: _Visit) -> list[ast.expr]:
        written: list[ast.expr] = []
        axis = 0
        for one, element in zip(elements, self.site.elements, strict=True):
            if element.is_traced:
                written.append(self._traced(one, element, visit))
            elif isinstance(one, ast.Slice):
                written.append(_as_call(visit(one, ANY)))
            else:
                written.append(visit(one, element_role(element.kind, element.ndim, axis)))
            axis += element.ndim or (element.kind is not ElementKind.NEWAXIS)
        return written

    def _traced(self, node: ast.expr, element: Element, visit: _Visit) -> ast.expr:
        window = element.window
        if not isinstance(node, ast.Slice):
            if window is None:
                raise NotRunnableError("a slice is built elsewhere")
            start, size = _window(element, visit)
            return ast.Call(
                ast.Name(SPAN, ast.Load()), [start, size, ast.Constant(window.step)], []
            )
        if window is not None:
            _window(element, visit)  # what is known of its unknowns
        bounds: list[ast.expr] = []
        written = (node.lower, node.upper, node.step)
        for one, bound in zip(written, element.bounds, strict=True):
            role = Role(
                "int",
                static=bound.status is Status.STATIC,
                traced=bound.status is Status.TRACED,
                narrow=window is not None and window.narrow,
            )
            bounds.append(visit(one, role) if one else ast.Constant(None))
        return ast.Call(ast.Name(SLICE, ast.Load()), bounds, [])

    def _claim(self, place: int, element: Element, visit: _Visit) -> ast.expr:
        """What is known of a slice: whether it is a window, of which size, and the least values of its bounds."""
        sized = element.window is not None and not self.whole
        size = _window(element, visit)[1] if sized else ast.Constant(None)
        seen = self.way.elements if self.way is not None else ()
        here = seen[place] if place < len(seen) else element
        floors = [ast.Constant(_floor(bound)) for bound in (here.start, here.stop)]
        is_window = element.window is not None or bool(here.windows)
        known = [ast.Constant(place), ast.Constant(is_window), size, *floors]
        return ast.Tuple(known, ast.Load())


def _floor(bound: Bound) -> int | None:
    return FLOORS[bound.sign]


def _window(element: Element, visit: _Visit) -> tuple[ast.expr, ast.expr]:
    assert element.window is not None
    start = Role("int", traced=True, narrow=element.window.narrow, sign=element.window.sign)
    return (
        visit(_parsed(element.window.start), start),
        visit(_parsed(element.window.size), STATIC),
    )


def _parsed(text: str) -> ast.expr:
    """An expression of the analysed code, which may have line breaks; a slice as the index that it is."""
    subscript = ast.parse(f"_[{text}]", mode="eval").body
    assert isinstance(subscript, ast.Subscript)
    return placeless(subscript.slice)


def placeless(tree: ast.expr) -> ast.expr:
    """`tree`, which does not stand in the file, without places that could be taken for some there."""
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            del node.lineno
    return tree


def _as_call(node: ast.expr) -> ast.expr:
    assert isinstance(node, ast.Slice)
    bounds = [bound or ast.Constant(None) for bound in (node.lower, node.upper, node.step)]
    return ast.Call(ast.Name(SLICE, ast.Load()), bounds, [])
