"""The traced slices of the original, as calls that check them while they run."""

import ast
from collections.abc import Callable

from jaxslice_lint.tracing.site import Element, ElementKind, Site, Status
from jaxslice_lint.verify.holes import ANY, STATIC, Role, element_role
from jaxslice_lint.verify.verdict import NotRunnableError

#: What the child process answers to: a guarded read, the index of a guarded store, and a slice told by its window.
TAKE, INDEX, SPAN, SLICE = "_take", "_index", "_span", "_slice"
_Visit = Callable[[ast.expr, Role], ast.expr]
_NOTHING = ast.Constant(None)


def guarded(site: Site, node: ast.Subscript, base: ast.expr, guard: str, visit: _Visit) -> ast.expr:
    """A subscript whose traced slices are checked to be what the rewrite is made for.

    `visit` writes an expression with holes. Raises `NotRunnableError`.
    """
    elements = list(node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])
    known = site.elements
    if not site.written or len(elements) != len(known):
        elements = [_parsed(e.text) if e.text and not e.is_traced else _NOTHING for e in known]
    written: list[ast.expr] = []
    claims: list[ast.expr] = []
    axis = 0
    for position, (one, element) in enumerate(zip(elements, known, strict=True)):
        if element.is_traced:
            written.append(_traced(one, element, visit))
            claims.append(
                ast.Tuple([ast.Constant(position), *_claim(one, element, visit)], ast.Load())
            )
        elif isinstance(one, ast.Slice):
            written.append(_as_call(visit(one, ANY)))
        else:
            written.append(visit(one, element_role(element.kind, element.ndim, axis)))
        axis += element.ndim or (element.kind is not ElementKind.NEWAXIS)
    arguments: list[ast.expr] = [
        base,
        ast.List(written, ast.Load()),
        ast.List(claims, ast.Load()),
    ]
    return ast.Call(ast.Name(guard, ast.Load()), arguments, [])


def _traced(node: ast.expr, element: Element, visit: _Visit) -> ast.expr:
    window = element.window
    if not isinstance(node, ast.Slice):
        if window is None:
            raise NotRunnableError("a slice is built elsewhere")
        start, size = _window(element, visit)
        step = ast.Constant(window.step)
        return ast.Call(ast.Name(SPAN, ast.Load()), [start, size, step], [])
    if window is not None:
        _window(element, visit)
    bounds: list[ast.expr] = []
    for one, bound in zip(
        (node.lower, node.upper, node.step),
        (element.start, element.stop, element.step),
        strict=True,
    ):
        role = Role(
            "int",
            static=bound.status is Status.STATIC,
            traced=bound.status is Status.TRACED,
            narrow=window is not None and window.narrow,
        )
        bounds.append(visit(one, role) if one else ast.Constant(None))
    return ast.Call(ast.Name(SLICE, ast.Load()), bounds, [])


def _window(element: Element, visit: _Visit) -> tuple[ast.expr, ast.expr]:
    assert element.window is not None
    start = Role("int", traced=True, narrow=element.window.narrow)
    return (
        visit(_parsed(element.window.start), start),
        visit(_parsed(element.window.size), STATIC),
    )


def _claim(node: ast.expr, element: Element, visit: _Visit) -> list[ast.expr]:
    """What tracing claims: the size of a window, or of a slice without one, which bounds count from the end."""
    if element.window is not None:
        return [_window(element, visit)[1], ast.Constant(None), ast.Constant(None)]
    lower, upper = (node.lower, node.upper) if isinstance(node, ast.Slice) else (None, None)
    return [ast.Constant(None), *(ast.Constant(_is_negated(bound)) for bound in (lower, upper))]


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


def _is_negated(node: ast.expr | None) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
