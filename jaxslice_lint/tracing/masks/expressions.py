"""What each kind of expression makes of masked values."""

import ast

from jaxslice_lint.jax_model.functions.schema import Elementwise, Sums
from jaxslice_lint.jax_model.lookup import function, method
from jaxslice_lint.tracing.domain.values import Function
from jaxslice_lint.tracing.masks.along import along
from jaxslice_lint.tracing.masks.arrangements import arranged, matrices_transposed, transposed
from jaxslice_lint.tracing.masks.axes import argument
from jaxslice_lint.tracing.masks.elements import is_smooth, pointwise
from jaxslice_lint.tracing.masks.indexed import indexed
from jaxslice_lint.tracing.masks.masked import MaskAnalysis, MaskedValue
from jaxslice_lint.tracing.masks.products import einsum, product
from jaxslice_lint.tracing.masks.reductions import reduced
from jaxslice_lint.tracing.masks.runs import Runs
from jaxslice_lint.tracing.masks.slices import RefusedError
from jaxslice_lint.tracing.masks.updates import update


def evaluate(analysis: MaskAnalysis, node: ast.expr) -> MaskedValue | None:
    slices = analysis.sliced(node)
    if slices:
        if analysis.masked(slices[0].operand) is not None:
            raise RefusedError("a slice of traced size is sliced again")
        analysis.used.update(dict.fromkeys(slices))
        return MaskedValue.of(slices)
    match node:
        case ast.Name():
            return analysis.names.get(node)
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return product(analysis, Sums.MATRICES, (left, right), node)
        case ast.BinOp(left=left, op=op, right=right):
            return pointwise(analysis, node, [left, right], smooth=is_smooth(analysis, op, right))
        case ast.UnaryOp(operand=operand, op=ast.USub() | ast.UAdd() | ast.Invert()):
            masked = analysis.masked(operand)
            return None if masked is None else masked.computed()
        case ast.Compare(left=left, comparators=[right], ops=[operator]) if not isinstance(
            operator, ast.Is | ast.IsNot | ast.In | ast.NotIn
        ):
            return pointwise(analysis, node, [left, right], smooth=True)
        case ast.Attribute(value=value, attr=name):
            return _attribute(analysis, value, name)
        case ast.Subscript(value=value, ctx=ast.Load()) if owner := analysis.masked(value):
            return indexed(analysis, node, owner)
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
        case "T":
            return transposed(analysis, value, masked)
        case "mT":
            return matrices_transposed(analysis, value, masked)
    raise RefusedError(f"`.{name}` of a slice of traced size is asked for")


def _call(analysis: MaskAnalysis, node: ast.Call) -> MaskedValue | None:
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(
        keyword.arg is None for keyword in node.keywords
    ):
        return analysis.opaque(ast.iter_child_nodes(node), node)
    if isinstance(node.func, ast.Attribute):
        slices = analysis.sliced(node.func.value)
        if slices and slices[0].is_update:
            return update(analysis, node, node.func, slices)
        if analysis.masked(node.func.value) is not None:
            return _method(analysis, node, node.func)
    path = analysis.runs.path(node.func)
    if path is not None:
        return _function(analysis, node, path)
    if not any(analysis.masked(one) for one in _arguments(node)):
        return None
    called = analysis.runs.called(node.func)
    if called is not None and len(node.args) == 1 and not node.keywords:
        return _inlined(analysis, called, node.args[0])
    return analysis.opaque(ast.iter_child_nodes(node), node)


def _method(analysis: MaskAnalysis, node: ast.Call, func: ast.Attribute) -> MaskedValue | None:
    row, operand = method(func.attr), func.value
    owner = analysis.masked(operand)
    assert owner is not None
    if row is not None:
        if row.reduction is not None and row.axis is not None:
            return reduced(analysis, node, row.reduction, operand, owner, row.axis - 1)
        if row.elementwise is not None:
            smooth = row.elementwise is Elementwise.SMOOTH
            return pointwise(analysis, node, [operand, *node.args], smooth=smooth)
        if row.cast is not None:
            return owner
        if row.along is not None and row.axis is not None:
            return along(analysis, node, row.along, operand, argument(node, row.axis - 1, "axis"))
        if row.arranges is not None:
            return arranged(analysis, row.arranges, operand, node, 0)
        if row.sums is Sums.MATRICES and len(node.args) == 1 and not node.keywords:
            return product(analysis, row.sums, (operand, node.args[0]), node)
    raise RefusedError(
        f"`.{func.attr}()` of a slice of traced size has a traced size, or takes no mask"
    )


def _function(analysis: MaskAnalysis, node: ast.Call, path: str) -> MaskedValue | None:
    row = function(path)
    if row.arranges is not None and row.is_operation and node.args:
        return arranged(analysis, row.arranges, node.args[0], node, 1)
    if not any(analysis.masked(one) for one in _arguments(node)):
        return None
    if row.is_operation:
        owner = analysis.masked(node.args[0]) if node.args else None
        if row.reduction is not None and row.axis is not None and owner is not None:
            return reduced(analysis, node, row.reduction, node.args[0], owner, row.axis)
        if row.along is not None and row.axis is not None and owner is not None:
            named = argument(node, row.axis, "axis")
            return along(analysis, node, row.along, node.args[0], named)
        if row.sums is not None and _is_product(row.sums, node):
            if row.sums is Sums.LABELLED:
                return einsum(analysis, node)
            named = argument(node, 2, "axes")
            return product(analysis, row.sums, node.args[:2], node, named)
        if row.elementwise is not None and len(node.args) >= row.least and not node.keywords:
            smooth = row.elementwise is Elementwise.SMOOTH
            return pointwise(analysis, node, node.args, smooth=smooth)
    return analysis.opaque(ast.iter_child_nodes(node), node)


def _is_product(sums: Sums, node: ast.Call) -> bool:
    """Whether a product is given its arrays, and options that do not matter here."""
    named = {"axes"} if sums is Sums.NAMED else set()
    options = {keyword.arg for keyword in node.keywords}
    is_plain = options <= {"precision", "preferred_element_type", *named}
    count = len(node.args)
    return is_plain and (count == 2 or sums is Sums.LABELLED or (count == 3 and bool(named)))


def _inlined(analysis: MaskAnalysis, function: Function, argument: ast.expr) -> MaskedValue | None:
    """The result of a function of one parameter that returns an expression which looks at each element."""
    node, owner = function.node, analysis.masked(argument)
    parameters = [*node.args.posonlyargs, *node.args.args]
    body = node.body if isinstance(node, ast.Lambda) else _only_result(node.body)
    if body is None or len(parameters) != 1 or owner is None:
        raise RefusedError(f"a slice of traced size is passed to `{function.name}`")
    name = parameters[0].arg
    inside = MaskAnalysis(
        function.frame.source,
        Runs(analysis.runs.tracer, (), function),
        lambda _: (),
        {one: owner for one in ast.walk(body) if isinstance(one, ast.Name) and one.id == name},
        evaluate,
    )
    result = inside.masked(body)
    if result is None or inside.consumers or inside.used:
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
