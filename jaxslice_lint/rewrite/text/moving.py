"""What a rewrite that moves LibCST nodes must keep in order, and what would get lost. Whether they may be evaluated
another number of times is known from tracing."""

from collections import Counter
from collections.abc import Iterable

import libcst as cst
import libcst.matchers as m

#: Their effects depend on when they are evaluated.
_ORDERED = m.NamedExpr() | m.Await() | m.Yield()


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
    if "#" not in cst.Module([]).code_for_node(before):  # to look at each node takes long
        return []
    return list((_comments(before) - _comments(after)).elements())


def _comments(node: cst.CSTNode) -> Counter[str]:
    return Counter(c.value for c in m.findall(node, m.Comment()) if isinstance(c, cst.Comment))


def is_number(node: cst.BaseExpression) -> bool:
    """Whether `node` is a Python number written out, with or without a sign."""
    if isinstance(node, cst.UnaryOperation):
        return is_number(node.expression)
    return isinstance(node, cst.Integer | cst.Float)
