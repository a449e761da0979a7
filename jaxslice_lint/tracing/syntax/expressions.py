"""The abstract value of each kind of expression."""

import ast
from collections.abc import Callable
from functools import partial
from typing import Any

from jaxslice_lint.jax_model.lookup import function
from jaxslice_lint.source.nodes import FunctionNode
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import (
    NONE,
    UNKNOWN,
    Data,
    Kind,
    constant,
    static,
)
from jaxslice_lint.tracing.domain.frames import STOPPED, Frame, unless_stopped
from jaxslice_lint.tracing.domain.joins import is_traced, join_all
from jaxslice_lint.tracing.domain.named import attribute_read, named
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.polynomials import integer
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import (
    HEAVIEST,
    External,
    Function,
    Instance,
    Many,
    Mapping,
    Slice,
    Value,
    known,
    weight_of,
)
from jaxslice_lint.tracing.operations.arithmetic import binary, compare, truth, unary
from jaxslice_lint.tracing.operations.asked import asked_by_percent
from jaxslice_lint.tracing.operations.demands import (
    demand,
    demand_all,
    demand_membership,
    use_as_array,
)
from jaxslice_lint.tracing.operations.iteration import Spread, element_of
from jaxslice_lint.tracing.syntax.comprehensions import (
    comprehension,
    dict_comprehension,
    generator_expression,
)
from jaxslice_lint.tracing.syntax.conditions import boolean, conditional
from jaxslice_lint.tracing.syntax.displays import dictionary, sequence
from jaxslice_lint.tracing.syntax.targets import assign, resolve

#: A string that a program builds is known up to this length: each step of a program can double it.
_LONGEST_TEXT = 4_096
#: One with more parts than this takes noticeable time wherever it goes.
_HEAVY = 100


def evaluate(tracer: Tracer, node: ast.expr, frame: Frame) -> Value:
    """The value of `node` in the current state of `frame`."""
    if isinstance(node, ast.Name):  # most expressions are names: they are looked up without a point
        value = resolve(tracer, node.id, frame)
    else:
        handler = _HANDLERS.get(type(node))
        value = UNKNOWN if handler is None else handler(PointOf(tracer, frame, node))
    if isinstance(value, Data):
        return value
    weight = weight_of(value)
    if weight > _HEAVY:
        tracer.spend(weight)
    return UNKNOWN if weight > HEAVIEST else value


def _constant(point: PointOf[ast.Constant]) -> Value:
    if isinstance(point.node.value, int) and not isinstance(point.node.value, bool):
        return constant(point.node.value, integer(point.node.value))
    return constant(point.node.value)


def _attribute(point: PointOf[ast.Attribute]) -> Value:
    owner = point.evaluate(point.node.value)
    value = point.attribute(owner, point.node.attr)
    if isinstance(owner, Instance):
        return attribute_read(point.tracer.atoms, point.node.attr, value)
    return named(point.tracer.atoms, point.node.attr, value)


def _subscript(point: PointOf[ast.Subscript]) -> Value:
    operand = point.evaluate(point.node.value)
    index = point.evaluate(point.node.slice)
    if isinstance(index, Slice) and any(map(is_traced, (index.start, index.stop, index.step))):
        use_as_array(operand, point.frame)  # a list refuses it
    point.tracer.visit(point.node, operand, index, point.frame)
    return named(point.tracer.atoms, id(point.node), point.subscript(operand, index))


def _slice(point: PointOf[ast.Slice]) -> Value:
    parts = [
        NONE if part is None else point.evaluate(part)
        for part in (point.node.lower, point.node.upper, point.node.step)
    ]
    for part in parts:
        use_as_array(part, point.frame)
    return Slice(parts[0], parts[1], parts[2], point.node)


def _call(point: PointOf[ast.Call]) -> Value:
    if _is_update(point.node.func):  # `x.at[index]` waits: it is the method that looks at the index
        arguments = arguments_of(point)
        callee = point.evaluate(point.node.func)
    else:
        callee = point.evaluate(point.node.func)
        arguments = arguments_of(point)
    result = point.call(callee, arguments)
    return named(point.tracer.atoms, id(point.node), result)


def _is_update(node: ast.expr) -> bool:
    """Whether `node` is the `x.at[index].set` of a call."""
    match node:
        case ast.Attribute(value=ast.Subscript(value=ast.Attribute(attr="at"))):
            return True
    return False


def arguments_of(point: PointOf[ast.Call]) -> Arguments:
    """The evaluated arguments of a call."""
    positional = Spread()
    for argument in point.node.args:
        if isinstance(argument, ast.GeneratorExp):
            positional.add(_passed(point, argument))
        elif isinstance(argument, ast.Starred):
            positional.add_all(point.at(argument), point.evaluate(argument.value))
        else:
            positional.add(point.evaluate(argument))
    keywords: dict[str, Value] = {}
    is_open = False
    for keyword in point.node.keywords:
        value = point.evaluate(keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, Mapping):
            keywords |= {key: item for key, item in value.items if isinstance(key, str)}
            is_open = is_open or value.other is not None
        else:
            is_open = True
    rest = join_all(positional.rest) if positional.rest else None
    return Arguments(tuple(positional.items), tuple(keywords.items()), rest, is_open)


def _passed(point: PointOf[ast.Call], generator: ast.GeneratorExp) -> Value:
    """A generator that a function is passed: that runs it here and now, maybe not to its end."""
    run = partial(comprehension, point.at(generator))
    callee = point.evaluate(point.node.func)
    if isinstance(callee, External) and function(callee.path).runs:
        return run()
    ended = point.frame.ended
    never: Value = Many(STOPPED)
    passed = unless_stopped(point.frame, run, never)
    point.frame.ended = ended
    return passed


def _binary(point: PointOf[ast.BinOp]) -> Value:
    left, right = point.evaluate(point.node.left), point.evaluate(point.node.right)
    text = known(left)
    if isinstance(point.node.op, ast.Mod) and isinstance(text, str):
        demand_all(asked_by_percent(text, right), point.frame)
    return binary(point, point.node.op, left, right)


def _unary(point: PointOf[ast.UnaryOp]) -> Value:
    operand = point.evaluate(point.node.operand)
    if isinstance(point.node.op, ast.Not):
        demand(operand, point.frame)
    return unary(point, point.node.op, operand)


def _compare(point: PointOf[ast.Compare]) -> Value:
    left = point.evaluate(point.node.left)
    results: list[Value] = []
    for operator, right_node in zip(point.node.ops, point.node.comparators, strict=True):
        right = point.evaluate(right_node)
        if isinstance(operator, ast.In | ast.NotIn):
            demand_membership(left, right, point.frame)
        results.append(compare(operator, left, right, point.frame))
        left = right
    if len(results) == 1:
        return _static_truth() if _is_main_guard(point.node) else results[0]
    for result in results[:-1]:
        demand(result, point.frame)
    if any(truth(result) is False for result in results):
        return constant(False)
    return constant(True) if all(truth(result) for result in results) else join_all(results)


def _is_main_guard(node: ast.Compare) -> bool:
    """Whether `node` asks if the module is run as a script: it may be, and it may be imported."""
    parts = [node.left, *node.comparators]
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    return names == ["__name__"] and any(
        isinstance(part, ast.Constant) and part.value == "__main__" for part in parts
    )


def _static_truth() -> Data:
    why = "a module is run as a script, or imported"
    return static(why, Kind.PYTHON, ndim=0, dtype="bool")


def _lambda(point: PointOf[ast.Lambda]) -> Value:
    return make_function(point)


def make_function(point: PointOf[FunctionNode]) -> Function:
    """The function that a `def` or `lambda` makes here."""
    defaults = tuple(point.evaluate(default) for default in point.node.args.defaults)
    keyword_defaults = tuple(
        (argument.arg, point.evaluate(default))
        for argument, default in zip(
            point.node.args.kwonlyargs, point.node.args.kw_defaults, strict=True
        )
        if default is not None
    )
    function = Function(
        point.node,
        point.frame,
        defaults,
        keyword_defaults,
        identity=(id(point.node), point.frame.number),
    )
    point.frame.pending.append(function)
    return function


def _named(point: PointOf[ast.NamedExpr]) -> Value:
    value = point.evaluate(point.node.value)
    holder = point.frame
    while holder.parent is not None and "." in holder.variables:
        holder = holder.parent
    holder.walrus = True
    assign(point.tracer, point.node.target, value, holder)
    return value


def _formatted(point: PointOf[ast.JoinedStr]) -> Value:
    texts: list[str] = []
    for part in point.node.values:
        is_formatted = False
        if isinstance(part, ast.FormattedValue):
            is_formatted = part.conversion >= 0 or part.format_spec is not None
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        value = point.evaluate(inner)
        if isinstance(part, ast.FormattedValue) and part.conversion < 0 and _has_text(part):
            demand(value, point.frame)
        text = known(value)
        if isinstance(text, str) and not is_formatted:
            texts.append(text)
    if len(texts) == len(point.node.values) and sum(map(len, texts)) <= _LONGEST_TEXT:
        return constant("".join(texts))
    return static("a string", Kind.PYTHON, dtype="str")


def _has_text(part: ast.FormattedValue) -> bool:
    """Whether a value in an f-string has a format of its own, as in `{n:d}`."""
    spec = part.format_spec.values if isinstance(part.format_spec, ast.JoinedStr) else ()
    return any(isinstance(one, ast.Constant) and bool(one.value) for one in spec)


def _starred(point: PointOf[ast.Starred]) -> Value:
    return Many(element_of(point, point.evaluate(point.node.value)))


def _awaited(point: PointOf[ast.Await]) -> Value:
    point.evaluate(point.node.value)
    return UNKNOWN


def _yielded(point: PointOf[ast.Yield]) -> Value:
    if point.node.value is not None:
        point.frame.yielded.append(point.evaluate(point.node.value))
    else:
        point.frame.yielded.append(NONE)
    return UNKNOWN


def _yielded_from(point: PointOf[ast.YieldFrom]) -> Value:
    value = point.evaluate(point.node.value)
    point.frame.yielded.append(element_of(point, value))
    return UNKNOWN


_HANDLERS: dict[type[ast.expr], Callable[[PointOf[Any]], Value]] = {
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Tuple: sequence,
    ast.List: sequence,
    ast.Set: sequence,
    ast.Dict: dictionary,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: boolean,
    ast.IfExp: conditional,
    ast.Lambda: _lambda,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.GeneratorExp: generator_expression,
    ast.DictComp: dict_comprehension,
    ast.NamedExpr: _named,
    ast.JoinedStr: _formatted,
    ast.Starred: _starred,
    ast.Await: _awaited,
    ast.Yield: _yielded,
    ast.YieldFrom: _yielded_from,
}
