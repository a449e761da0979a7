"""The abstract value of each kind of expression."""

import ast
from collections.abc import Callable
from functools import partial

from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.demands import RUNNING
from jaxslice_lint.source.nodes import FunctionNode
from jaxslice_lint.tracing.domain.data import (
    NO_CONSTANT,
    NONE,
    UNKNOWN,
    Data,
    Flavor,
    constant,
    unknown,
)
from jaxslice_lint.tracing.domain.frames import STOPPED, Arguments, Frame, unless_stopped
from jaxslice_lint.tracing.domain.joins import is_traced, join, join_all
from jaxslice_lint.tracing.domain.named import attribute_read, named
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.symbolic import integer
from jaxslice_lint.tracing.domain.values import (
    External,
    Function,
    Instance,
    Many,
    Mapping,
    Sequence,
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
from jaxslice_lint.tracing.operations.iteration import element_of, items_of
from jaxslice_lint.tracing.syntax.comprehensions import (
    comprehension,
    dict_comprehension,
    generator_expression,
)
from jaxslice_lint.tracing.syntax.conditions import boolean, conditional
from jaxslice_lint.tracing.syntax.targets import assign, resolve

#: A literal longer than this is data, not structure.
_MOST_ITEMS = 64
#: A structure with more parts than this is not followed: sharing can make it exponentially large.
_HEAVIEST = 2_000


def evaluate(tracer: Tracer, node: ast.expr, frame: Frame) -> Value:
    """The value of `node` in the current state of `frame`."""
    handler = _HANDLERS.get(type(node))
    value = UNKNOWN if handler is None else handler(tracer, node, frame)
    if isinstance(value, Data):
        return value
    return UNKNOWN if weight_of(value) > _HEAVIEST else value


def _constant(_tracer: Tracer, node: ast.Constant, _frame: Frame) -> Value:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return constant(node.value, integer(node.value))
    return constant(node.value)


def _name(tracer: Tracer, node: ast.Name, frame: Frame) -> Value:
    return resolve(tracer, node.id, frame)


def _attribute(tracer: Tracer, node: ast.Attribute, frame: Frame) -> Value:
    owner = tracer.evaluate(node.value, frame)
    value = tracer.attribute(owner, node.attr, frame, node)
    if isinstance(owner, Instance):
        return attribute_read(tracer.atoms, node.attr, value)
    return named(tracer.atoms, node.attr, value)


def _sequence(tracer: Tracer, node: ast.Tuple | ast.List | ast.Set, frame: Frame) -> Value:
    if len(node.elts) > _MOST_ITEMS:
        return Many(unknown("an item of a long literal"))
    items: list[Value] = []
    rest: list[Value] = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = tracer.evaluate(element.value, frame)
            inside = items_of(tracer, inner)
            if inside is not None and not rest:
                items += inside
            else:
                rest.append(element_of(tracer, inner, frame, element))
        else:
            (rest if rest else items).append(tracer.evaluate(element, frame))
    if isinstance(node, ast.Set):
        demand_all(items, frame)
    is_known_set = all(known(item) is not NO_CONSTANT for item in items)
    if rest or (isinstance(node, ast.Set) and not is_known_set):
        return Many(join_all([*items, *rest]))
    return Sequence(tuple(items), mutable=isinstance(node, ast.List))


def _dict(tracer: Tracer, node: ast.Dict, frame: Frame) -> Value:
    if len(node.keys) > _MOST_ITEMS:
        return Mapping((), unknown("an item of a long literal"))
    result = Mapping(())
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = tracer.evaluate(value_node, frame)
        if key_node is None:
            result = merged(result, value)
            continue
        key = tracer.evaluate(key_node, frame)
        demand(key, frame)
        result = with_item(result, known(key), value)
    return result


def with_item(mapping: Mapping, key: object, value: Value) -> Mapping:
    """`mapping` after `mapping[key] = value`."""
    if key is NO_CONSTANT:
        other = value if mapping.other is None else join(mapping.other, value)
        return Mapping(tuple((k, join(v, value)) for k, v in mapping.items), other)
    items = {**dict(mapping.items), key: value}
    return Mapping(tuple(items.items()), mapping.other)


def merged(mapping: Mapping, other: Value) -> Mapping:
    """`{**mapping, **other}`."""
    if not isinstance(other, Mapping):
        return Mapping(tuple((key, UNKNOWN) for key, _ in mapping.items), UNKNOWN)
    items = {**dict(mapping.items), **dict(other.items)}
    return Mapping(tuple(items.items()), other.other or mapping.other)


def _subscript(tracer: Tracer, node: ast.Subscript, frame: Frame) -> Value:
    operand = tracer.evaluate(node.value, frame)
    index = tracer.evaluate(node.slice, frame)
    if isinstance(index, Slice) and any(map(is_traced, (index.start, index.stop, index.step))):
        use_as_array(operand, frame)  # a list refuses it
    tracer.visit(node, operand, index, frame)
    return named(tracer.atoms, id(node), tracer.subscript(operand, index, frame, node))


def _slice(tracer: Tracer, node: ast.Slice, frame: Frame) -> Value:
    parts = [
        NONE if part is None else tracer.evaluate(part, frame)
        for part in (node.lower, node.upper, node.step)
    ]
    for part in parts:
        use_as_array(part, frame)
    return Slice(parts[0], parts[1], parts[2], node)


def _call(tracer: Tracer, node: ast.Call, frame: Frame) -> Value:
    if _is_update(node.func):  # `x.at[index]` waits: it is the method that looks at the index
        arguments = arguments_of(tracer, node, frame)
        callee = tracer.evaluate(node.func, frame)
    else:
        callee = tracer.evaluate(node.func, frame)
        arguments = arguments_of(tracer, node, frame)
    result = tracer.call(callee, arguments, frame, node)
    return named(tracer.atoms, id(node), result)


def _is_update(node: ast.expr) -> bool:
    """Whether `node` is the `x.at[index].set` of a call."""
    match node:
        case ast.Attribute(value=ast.Subscript(value=ast.Attribute(attr="at"))):
            return True
    return False


def arguments_of(tracer: Tracer, node: ast.Call, frame: Frame) -> Arguments:
    """The evaluated arguments of a call."""
    positional: list[Value] = []
    rest: list[Value] = []
    for argument in node.args:
        if isinstance(argument, ast.GeneratorExp):
            (rest if rest else positional).append(_passed(tracer, node, argument, frame))
            continue
        if not isinstance(argument, ast.Starred):
            (rest if rest else positional).append(tracer.evaluate(argument, frame))
            continue
        value = tracer.evaluate(argument.value, frame)
        inside = items_of(tracer, value)
        if inside is not None and not rest:
            positional += inside
        else:
            rest.append(element_of(tracer, value, frame, argument))
    keywords: dict[str, Value] = {}
    is_open = False
    for keyword in node.keywords:
        value = tracer.evaluate(keyword.value, frame)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, Mapping):
            keywords |= {key: item for key, item in value.items if isinstance(key, str)}
            is_open = is_open or value.other is not None
        else:
            is_open = True
    return Arguments(
        tuple(positional), tuple(keywords.items()), join_all(rest) if rest else None, is_open
    )


def _passed(tracer: Tracer, node: ast.Call, generator: ast.GeneratorExp, frame: Frame) -> Value:
    """A generator that a function is passed: that runs it here and now, maybe not to its end."""
    run = partial(comprehension, tracer, generator, frame)
    callee = tracer.evaluate(node.func, frame)
    if isinstance(callee, External) and callee.path in RUNNING:
        return run()
    ended = frame.ended
    never: Value = Many(STOPPED)
    passed = unless_stopped(frame, run, never)
    frame.ended = ended
    return passed


def _binary(tracer: Tracer, node: ast.BinOp, frame: Frame) -> Value:
    left, right = tracer.evaluate(node.left, frame), tracer.evaluate(node.right, frame)
    text = known(left)
    if isinstance(node.op, ast.Mod) and isinstance(text, str):
        demand_all(asked_by_percent(text, right), frame)
    return binary(tracer, node.op, left, right, frame, node)


def _unary(tracer: Tracer, node: ast.UnaryOp, frame: Frame) -> Value:
    operand = tracer.evaluate(node.operand, frame)
    if isinstance(node.op, ast.Not):
        demand(operand, frame)
    return unary(tracer, node.op, operand, frame, node)


def _compare(tracer: Tracer, node: ast.Compare, frame: Frame) -> Value:
    left = tracer.evaluate(node.left, frame)
    results: list[Value] = []
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right = tracer.evaluate(right_node, frame)
        if isinstance(operator, ast.In | ast.NotIn):
            demand_membership(left, right, frame)
        results.append(compare(operator, left, right, frame))
        left = right
    if len(results) == 1:
        return _static_truth() if _is_main_guard(node) else results[0]
    for result in results[:-1]:
        demand(result, frame)
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
    return Data(Status.STATIC, Flavor.PYTHON, ndim=0, dtype="bool", why=why)


def _lambda(tracer: Tracer, node: ast.Lambda, frame: Frame) -> Value:
    return make_function(tracer, node, frame)


def make_function(tracer: Tracer, node: FunctionNode, frame: Frame) -> Function:
    """The function that a `def` or `lambda` makes here."""
    defaults = tuple(tracer.evaluate(default, frame) for default in node.args.defaults)
    keyword_defaults = tuple(
        (argument.arg, tracer.evaluate(default, frame))
        for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is not None
    )
    function = Function(node, frame, defaults, keyword_defaults, identity=(id(node), frame.number))
    frame.pending.append(function)
    return function


def _named(tracer: Tracer, node: ast.NamedExpr, frame: Frame) -> Value:
    value = tracer.evaluate(node.value, frame)
    holder = frame
    while holder.parent is not None and "." in holder.variables:
        holder = holder.parent
    holder.walrus = True
    assign(tracer, node.target, value, holder)
    return value


def _formatted(tracer: Tracer, node: ast.JoinedStr, frame: Frame) -> Value:
    texts: list[str] = []
    for part in node.values:
        is_formatted = False
        if isinstance(part, ast.FormattedValue):
            is_formatted = part.conversion >= 0 or part.format_spec is not None
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        value = tracer.evaluate(inner, frame)
        if isinstance(part, ast.FormattedValue) and part.conversion < 0 and _has_text(part):
            demand(value, frame)
        text = known(value)
        if isinstance(text, str) and not is_formatted:
            texts.append(text)
    if len(texts) == len(node.values):
        return constant("".join(texts))
    return Data(Status.STATIC, Flavor.PYTHON, dtype="str", why="a string")


def _has_text(part: ast.FormattedValue) -> bool:
    """Whether a value in an f-string has a format of its own, as in `{n:d}`."""
    spec = part.format_spec.values if isinstance(part.format_spec, ast.JoinedStr) else ()
    return any(isinstance(one, ast.Constant) and bool(one.value) for one in spec)


def _starred(tracer: Tracer, node: ast.Starred, frame: Frame) -> Value:
    return Many(element_of(tracer, tracer.evaluate(node.value, frame), frame, node))


def _awaited(tracer: Tracer, node: ast.Await, frame: Frame) -> Value:
    tracer.evaluate(node.value, frame)
    return UNKNOWN


def _yielded(tracer: Tracer, node: ast.Yield, frame: Frame) -> Value:
    if node.value is not None:
        frame.yielded.append(tracer.evaluate(node.value, frame))
    else:
        frame.yielded.append(NONE)
    return UNKNOWN


def _yielded_from(tracer: Tracer, node: ast.YieldFrom, frame: Frame) -> Value:
    value = tracer.evaluate(node.value, frame)
    frame.yielded.append(element_of(tracer, value, frame, node))
    return UNKNOWN


_HANDLERS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
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
