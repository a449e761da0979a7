"""Which expressions may be evaluated another number of times than they are written: decided here, for all rewrites."""

import ast
from collections.abc import Callable

from jaxslice_lint.jax_model.lookup import function, is_pure
from jaxslice_lint.source.nodes import dotted_name, is_plain
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.values import External
from jaxslice_lint.tracing.observe.purity import is_effectless


def may_be_written_twice(point: PointOf[ast.Subscript]) -> bool:
    """Whether what is sliced, `x` of `x[…]` and of `x.at[…]`, may be evaluated a second time."""
    operand = point.node.value
    if not isinstance(operand, ast.Attribute):
        return is_plain(operand, _is_plain_index)
    array = operand.value if operand.attr == "at" else operand
    return is_plain(array, _is_plain_index) or _is_fresh_array(point.at(operand.value))


def _is_plain_index(node: ast.expr) -> bool:
    """An index of several integers, or `...`, which reads all of a variable."""
    return _is_plain_tuple(node) or (isinstance(node, ast.Constant) and node.value is ...)


def _is_plain_tuple(node: ast.expr) -> bool:
    """An index of several integers."""
    return isinstance(node, ast.Tuple) and all(is_plain(one, _is_plain_tuple) for one in node.elts)


def is_cheap(node: ast.expr, path_of: Callable[[ast.expr], str | None]) -> bool:
    """Whether `node` may be evaluated any number of times, in other places: it costs little and changes nothing.

    `path_of` tells which function outside the analysed code an expression is.
    """

    def may_be_in_it(part: ast.expr) -> bool:
        match part:
            case ast.Constant():  # `x[...]` reads all of a variable
                return True
            case ast.Call(func=func, args=arguments, keywords=[]):
                path = path_of(func)
                calls_pure = path is not None and is_pure(path)
                return calls_pure and all(is_plain(one, may_be_in_it) for one in arguments)
        return False

    return is_plain(node, may_be_in_it)


def _is_fresh_array(point: PointOf[ast.expr]) -> bool:
    """Whether `node` makes a constant array (`jnp.zeros(n)`): written twice, XLA makes it once."""
    if not isinstance(point.node, ast.Call) or not dotted_name(point.node.func):
        return False
    callee = point.evaluate(point.node.func)
    return isinstance(callee, External) and function(callee.path).fills and is_effectless(point)
