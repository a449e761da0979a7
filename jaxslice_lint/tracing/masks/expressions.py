"""What each kind of expression makes of masked values."""

import ast

from jaxslice_lint.jax_model.functions.schema import Elementwise, ShapeRule, Sums
from jaxslice_lint.jax_model.lookup import function, method
from jaxslice_lint.tracing.domain.values import Function
from jaxslice_lint.tracing.masks.elements import is_smooth, pointwise
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedValue
from jaxslice_lint.tracing.masks.products import contracted, product, transposed
from jaxslice_lint.tracing.masks.reductions import normalised, reduced
from jaxslice_lint.tracing.masks.runs import Runs
from jaxslice_lint.tracing.masks.slices import RefusedError
from jaxslice_lint.tracing.masks.updates import update


def evaluate(analysis: MaskAnalysis, node: ast.expr) -> MaskedValue | None:
    sliced = analysis.sliced(node)
    if sliced is not None:
        analysis.used[sliced] = None
        return MaskedValue.of(sliced)
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            held = analysis.names.get(name)
            return None if held is None else held.named(name)
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return product(analysis, left, right, node)
        case ast.BinOp(left=left, op=op, right=right):
            return pointwise(analysis, [left, right], smooth=is_smooth(analysis, op, right))
        case ast.UnaryOp(operand=operand, op=ast.USub() | ast.UAdd() | ast.Invert()):
            return analysis.masked(operand)
        case ast.Compare(left=left, comparators=[right], ops=[operator]) if not isinstance(
            operator, ast.Is | ast.IsNot | ast.In | ast.NotIn
        ):
            return pointwise(analysis, [left, right], smooth=True)
        case ast.Attribute(value=value, attr=name):
            return _attribute(analysis, value, name)
        case ast.Call():
            return _call(analysis, node)
    return analysis.opaque(ast.iter_child_nodes(node), node)


def _attribute(analysis: MaskAnalysis, value: ast.expr, name: str) -> MaskedValue | None:
    masked = analysis.masked(value)
    if masked is None:
        return None
    match name:
        case "real" | "imag":
            return masked
        case "dtype" | "ndim":
            return None
        case "T" | "mT":
            return transposed(analysis, value, masked)
    raise RefusedError(f"`.{name}` of a slice of traced size is asked for")


def _call(analysis: MaskAnalysis, node: ast.Call) -> MaskedValue | None:
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(
        keyword.arg is None for keyword in node.keywords
    ):
        return analysis.opaque(ast.iter_child_nodes(node), node)
    if isinstance(node.func, ast.Attribute):
        sliced = analysis.sliced(node.func.value)
        if sliced is not None and sliced.is_update:
            return update(analysis, node, node.func, sliced)
        owner = analysis.masked(node.func.value)
        if owner is not None:
            return _method(analysis, node, node.func, owner)
    path = analysis.runs.path(node.func)
    if path is not None:
        return _function(analysis, node, path)
    if not any(analysis.masked(one) for one in _arguments(node)):
        return None
    called = analysis.runs.called(node.func)
    if called is not None and len(node.args) == 1 and not node.keywords:
        return _inlined(analysis, called, node.args[0])
    return analysis.opaque(ast.iter_child_nodes(node), node)


def _method(
    analysis: MaskAnalysis, node: ast.Call, func: ast.Attribute, owner: MaskedValue
) -> MaskedValue | None:
    row = method(func.attr)
    if row is not None and row.reduction is not None and row.axis is not None:
        return reduced(analysis, node, row.reduction, func.value, owner, row.axis - 1)
    if row is not None and row.elementwise is not None:
        return pointwise(
            analysis, [func.value, *node.args], smooth=row.elementwise is Elementwise.SMOOTH
        )
    if row is not None and row.cast is not None:
        return owner
    if row is not None and row.sums is Sums.MATRICES and len(node.args) == 1 and not node.keywords:
        return product(analysis, func.value, node.args[0], node)
    if row is not None and row.shape is ShapeRule.PERMUTED and not node.args and not node.keywords:
        return transposed(analysis, func.value, owner)
    raise RefusedError(
        f"`.{func.attr}()` of a slice of traced size has a traced size, or takes no mask"
    )


def _function(analysis: MaskAnalysis, node: ast.Call, path: str) -> MaskedValue | None:
    if not any(analysis.masked(one) for one in _arguments(node)):
        return None
    row = function(path)
    if not row.is_operation:
        return analysis.opaque(ast.iter_child_nodes(node), node)
    if row.reduction is not None and row.axis is not None and node.args:
        owner = analysis.masked(node.args[0])
        if owner is not None:
            return reduced(analysis, node, row.reduction, node.args[0], owner, row.axis)
    if row.sums is Sums.NORMALISED and node.args:
        return normalised(analysis, node)
    if row.sums is Sums.MATRICES and len(node.args) == 2:
        return product(analysis, node.args[0], node.args[1], node)
    if row.sums is Sums.VECTORS and len(node.args) == 2:
        return contracted(analysis, node.args[0], node.args[1], node, is_inner=True)
    if row.shape is ShapeRule.PERMUTED and len(node.args) == 1 and not node.keywords:
        owner = analysis.masked(node.args[0])
        return None if owner is None else transposed(analysis, node.args[0], owner)
    if row.elementwise is not None and len(node.args) >= row.least and not node.keywords:
        return pointwise(analysis, node.args, smooth=row.elementwise is Elementwise.SMOOTH)
    return analysis.opaque(ast.iter_child_nodes(node), node)


def _inlined(analysis: MaskAnalysis, function: Function, argument: ast.expr) -> MaskedValue | None:
    """The result of a function of one parameter that returns an expression which looks at each element."""
    node, owner = function.node, analysis.masked(argument)
    parameters = [*node.args.posonlyargs, *node.args.args]
    body = node.body if isinstance(node, ast.Lambda) else _only_result(node.body)
    if body is None or len(parameters) != 1 or owner is None:
        raise RefusedError(f"a slice of traced size is passed to `{function.name}`")
    inside = MaskAnalysis(
        function.frame.source,
        Runs(analysis.runs.tracer, (), function),
        {},
        {parameters[0].arg: owner},
        evaluate,
    )
    result = inside.masked(body)
    if result is None or inside.consumers:
        raise RefusedError(f"a slice of traced size is passed to `{function.name}`")
    analysis.cautions |= inside.cautions
    return result


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _only_result(body: list[ast.stmt]) -> ast.expr | None:
    """What a function returns whose body is nothing else."""
    rest = (
        body[1:]
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        else body
    )
    match rest:
        case [ast.Return(value=ast.expr() as value)]:
            return value
    return None
