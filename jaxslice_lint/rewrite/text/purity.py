"""What a rewrite may move, repeat or drop, judged from the LibCST nodes alone."""

from collections import Counter
from collections.abc import Iterable

import libcst as cst
import libcst.matchers as m

#: Their effects depend on when they are evaluated.
_ORDERED = m.NamedExpr() | m.Await() | m.Yield()


def is_repeatable(node: cst.CSTNode) -> bool:
    """Whether `node` gives the same value each time and costs nothing: names, attributes,
    arithmetic, simple subscripts."""
    match node:
        case cst.Name() | cst.Integer() | cst.Float() | cst.SimpleString():
            return True
        case cst.Attribute(value=value):
            return is_repeatable(value)
        case cst.UnaryOperation(expression=operand):
            return is_repeatable(operand)
        case cst.BinaryOperation(left=left, right=right):
            return is_repeatable(left) and is_repeatable(right)
        case cst.Subscript(value=value, slice=elements):
            return is_repeatable(value) and all(
                isinstance(element.slice, cst.Index) and is_repeatable(element.slice.value)
                for element in elements
            )
    return False


def is_ordered(nodes: Iterable[cst.CSTNode]) -> bool:
    """Whether a walrus, an `await` or a `yield` stands in `nodes`."""
    return any(m.findall(node, _ORDERED) for node in nodes)


def may_be_changed_by(starts: Iterable[cst.CSTNode], nodes: Iterable[cst.CSTNode]) -> bool:
    """Whether evaluating `nodes` might change the value of one of `starts`: calls can assign
    attributes and elements, not local names."""
    assignable = any(m.findall(start, m.Attribute() | m.Subscript()) for start in starts)
    return assignable and any(m.findall(node, m.Call()) for node in nodes)


def lost_comments(before: cst.CSTNode, after: cst.CSTNode) -> list[str]:
    """The comments of `before` that `after` does not have."""
    return list((_comments(before) - _comments(after)).elements())


def _comments(node: cst.CSTNode) -> Counter[str]:
    return Counter(c.value for c in m.findall(node, m.Comment()) if isinstance(c, cst.Comment))


def is_number(node: cst.BaseExpression) -> bool:
    """Whether `node` is a Python number written out, with or without a sign."""
    if isinstance(node, cst.UnaryOperation):
        return is_number(node.expression)
    return isinstance(node, cst.Integer | cst.Float)
