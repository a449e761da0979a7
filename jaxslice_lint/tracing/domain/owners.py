"""Which object an expression reads from, where one abstract object stands for several.

Nobody was seen to make it, or it is an element of a list of unknown length: `self.one.pos` and `self.two.pos` are then
one attribute of one abstract object, but two integers.
"""

import ast
from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from jaxslice_lint.source.nodes import FunctionNode, all_parameters, children, dumped
from jaxslice_lint.tracing.domain.canonical import of_owner, substitute
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.points import Point
from jaxslice_lint.tracing.domain.values import Instance, Value

_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.comprehension)


def read_from(point: Point, owner: Instance, value: Value) -> Value:
    """`value`, an attribute of `owner` that is read at `point`."""
    place, atoms = owner_at(point, owner), point.tracer.atoms
    if place is None:
        return value
    return substitute(value, atoms, lambda number: of_owner(atoms, place, number))


def owner_at(point: Point, owner: Instance) -> Hashable | None:
    """What tells the object that is read at `point` from others that `owner` stands for.

    None if it stands for one; or is `self`, beside which its methods see no other.
    """
    if not owner.is_any:
        return None
    match point.node:
        case ast.Attribute(value=node) | ast.Call(func=ast.Attribute(value=node)):
            if _is_self(point.frame, node):
                return None
            return _path(point.frame, node) or (id(node), point.frame.round)
    return id(point.node), point.frame.round


def _is_self(frame: Frame, node: ast.expr) -> bool:
    """Whether `node` is the object that a method around it is called on."""
    match node:
        case ast.Call(func=ast.Name(id="super")):
            return True
        case ast.Name(id=name):
            callee = _binder(frame, name).activation.callee
            if callee is None or callee.owner is None or not _bindings(callee.node).is_one(name):
                return False
            return any(one.arg == name for one in all_parameters(callee.node.args)[:1])
    return False


def _path(frame: Frame, node: ast.expr) -> Hashable | None:
    """The object that an expression stands for, equal wherever it is the same one; None where nobody knows that."""
    *_, root = _owners(node)
    if not isinstance(root, ast.Name):
        return None
    binder = _binder(frame, root.id)
    callee = binder.activation.callee
    if callee is None:
        return None
    bindings = _bindings(callee.node)
    if not all(map(bindings.is_one_object, _owners(node))):
        return None
    return binder.number, binder.round if root.id in bindings.in_loops else 0, dumped(node)


def _owners(node: ast.expr) -> Iterator[ast.expr]:
    """An expression, what it is an attribute or an element of, and so on."""
    yield node
    if isinstance(node, ast.Attribute | ast.Subscript):
        yield from _owners(node.value)


def _binder(frame: Frame, name: str) -> Frame:
    """The frame that binds `name`; that of the module for what nobody binds."""
    return frame.holder(name) or frame.module


@dataclass(frozen=True, slots=True)
class _Bindings:
    """What a function binds and changes, with the functions in it."""

    names: Counter[str]
    in_loops: frozenset[str]
    attributes: frozenset[str]
    #: The names of what has items that are assigned, or a method that is called.
    changed: frozenset[str]

    def is_one(self, name: str) -> bool:
        """Whether a name is bound once."""
        return self.names[name] <= 1

    def is_one_object(self, node: ast.expr) -> bool:
        """Whether a name, an attribute or an element is the same object wherever it is read."""
        match node:
            case ast.Name(id=name):
                return self.is_one(name)
            case ast.Attribute(attr=name):
                return name not in self.attributes
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant()):
                return name not in self.changed
        return False


@lru_cache(maxsize=256)
def _bindings(function: FunctionNode) -> _Bindings:
    nodes = _with_loops(function)
    stored = [
        (node, in_loop)
        for node, in_loop in nodes
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    ]
    parameters = [one.arg for one in all_parameters(function.args)]
    return _Bindings(
        Counter([*parameters, *(node.id for node, _ in stored)]),
        frozenset(node.id for node, in_loop in stored if in_loop),
        frozenset(
            node.attr
            for node, _ in nodes
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
        ),
        frozenset(name for node, _ in nodes for name in _changed(node)),
    )


def _with_loops(function: FunctionNode) -> list[tuple[ast.AST, bool]]:
    """Each node of a function, and whether a loop is around it, or it is one."""
    found: list[tuple[ast.AST, bool]] = [(function, False)]
    for node, in_loop in found:
        found += [(child, in_loop or isinstance(child, _LOOPS)) for child in children(node)]
    return found


def _changed(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            yield name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
            yield name
