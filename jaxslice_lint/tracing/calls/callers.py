"""Calling the APIs that run their functions at once: `scan`, `cond`, `tree.map`, callbacks."""

from jaxslice_lint.jax_model.schema import Body, Caller, Result
from jaxslice_lint.tracing.calls.body_arguments import Call, Maker
from jaxslice_lint.tracing.calls.transforms import shaped
from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.context import Mode
from jaxslice_lint.tracing.domain.data import NONE, UNKNOWN, Data, Kind, unknown
from jaxslice_lint.tracing.domain.joins import alternatives, is_traced, join_all, without_symbols
from jaxslice_lint.tracing.domain.points import Point, PointOf
from jaxslice_lint.tracing.domain.signatures import name_of, parameters_of
from jaxslice_lint.tracing.domain.values import (
    External,
    Function,
    Instance,
    Many,
    Mapping,
    Method,
    Partial,
    Sequence,
    Shape,
    Transform,
    Union,
    Value,
    Wrapped,
    is_none,
)
from jaxslice_lint.tracing.operations.arithmetic import truth
from jaxslice_lint.tracing.operations.frameworks import function_tuple
from jaxslice_lint.tracing.operations.results import Arrays, array, is_tree, rebuild


def call_caller(point: Point, row: Caller, arguments: Arguments) -> Value:
    """The result of `row` called at `node`."""
    options, rest = _bound(row, arguments)
    if row.decorator and row.bodies[0].fun not in options:
        return Partial(Transform(row), arguments.positional, arguments.keywords)
    if row.functions or row.fewer:
        return function_tuple(point.tracer, row, options.get(row.options[0], UNKNOWN), point.frame)
    if row.calls_sole:
        branches = options.get(row.bodies[0].fun)
        if isinstance(branches, Sequence) and len(branches.items) == 1:
            return point.call(branches.items[0], Arguments(rest))
    call = Call(point, row, options, rest)
    if row.result is Result.STRUCTURE:
        return _map_tree(call)
    results = [
        _run(call, body, function)
        for body in row.bodies
        for function in _functions(options.get(body.fun))
    ]
    return _returned(call, results, arguments)


def _bound(row: Caller, arguments: Arguments) -> tuple[dict[str, Value], tuple[Value, ...]]:
    """The named arguments of the API, and those that its starred parameter collects."""
    names = [name for name in row.options if not name.startswith("*")]
    star = next((name[1:] for name in row.options if name.startswith("*")), None)
    extra = arguments.positional[len(names) :] if star is not None else ()
    more = arguments.keyword(row.rest_keyword)
    if more is not None:
        extra = (*extra, more)
    if arguments.rest is not None and star is not None:
        extra = (*extra, arguments.rest)
    return arguments.bind(names), extra


def _functions(value: Value | None) -> list[Value]:
    """The functions in an argument that takes one or several."""
    match value:
        case None:
            return []
        case Sequence(items=items):
            return [one for item in items for one in _functions(item)]
        case Many(element=element):
            return _functions(element)
        case Union():
            return [one for part in alternatives(value) for one in _functions(part)]
    return [value]


def _run(call: Call, body: Body, function: Value) -> Value:
    row, point = call.row, call.point
    frame = point.frame
    if row.asks_jitted and isinstance(function, Wrapped) and function.wrapper.static_names:
        own = {*row.options, body.fun}
        keywords = tuple((name, value) for name, value in call.options.items() if name not in own)
        return point.call(function, Arguments(call.rest, keywords))
    step = point.step(f"`{call.api}` traces `{name_of(function)}`")
    maker = Maker(call, step, len(parameters_of(function).required) - len(body.arguments) + 1)
    passed = [value for argument in body.arguments for value in maker.make(argument)]
    keywords = maker.keywords() if row.keywords is not None else ()
    inner = frame
    if row.concrete:
        inner = frame.under(frame.context.on_host())
    elif row.stages:
        inner = frame.under(frame.context.traced(Mode.STAGED, step))
    result = PointOf(point.tracer, inner, point.node).call(
        function, Arguments(tuple(passed), keywords)
    )
    if row.stages and not isinstance(call.options.get(body.fun), Union):
        frame.ended |= inner.ended and frame.context.in_trace
    return result


def _returned(call: Call, results: list[Value], arguments: Arguments) -> Value:
    row = call.row
    inputs = tuple(value for value in arguments.all() if not isinstance(value, _CALLABLES))
    why = f"the result of `{call.api}`"
    arrays = Arrays(call.point, inputs, why)
    carry = call.options.get(row.carry, UNKNOWN)
    if row.result is Result.CARRY:
        return arrays.of(carry)
    if row.result is Result.REST:
        return Sequence(call.rest)
    if row.result is Result.MARK:
        return External(row.path)
    if row.result is Result.CARRY_OR_ARRAY and row.carry in call.options:
        return carry if not any(map(is_none, alternatives(carry))) else UNKNOWN
    if row.result is Result.CARRY_AND_STACKED:
        stacked = arrays.of(join_all([_second(result) for result in results]), axes=1)
        return Sequence((arrays.of(carry), stacked))
    return shaped(call.point, row.result, arrays, join_all(results))


_CALLABLES = (Function, Method, Partial, Wrapped)


def _second(result: Value) -> Value:
    """What the body of a scan returns besides its carry."""
    if isinstance(result, Sequence) and len(result.items) == 2:
        return result.items[1]
    return UNKNOWN


def _map_tree(call: Call) -> Value:
    """`tree.map(f, tree, *rest)`: `f` is called on each leaf, here and now."""
    point = call.point
    [body] = call.row.bodies
    *before, leaf_of = body.arguments
    tree = call.options.get(leaf_of.of, UNKNOWN)
    function = call.options.get(body.fun, UNKNOWN)
    is_leaf = call.options.get("is_leaf", NONE)
    step = point.step(f"`{call.api}` calls `{name_of(function)}`")
    maker = Maker(call, step, 0)
    first = [made for argument in before for made in maker.make(argument)]

    def mapped(value: Value, others: tuple[Value, ...]) -> Value:
        if not is_none(is_leaf) and _is_chosen(value):
            return leaf(value, others)
        match value:
            case Sequence(items=items, mutable=mutable):
                return Sequence(
                    tuple(mapped(item, _parts(others, i)) for i, item in enumerate(items)), mutable
                )
            case Mapping(items=items, other=other):
                return Mapping(
                    tuple((k, mapped(v, _entries(others, k))) for k, v in items),
                    None if other is None else mapped(other, tuple(UNKNOWN for _ in others)),
                )
            case Many(element=element):
                return Many(mapped(element, tuple(UNKNOWN for _ in others)))
            case Union(values=values):
                return join_all([mapped(one, others) for one in values])
            case Instance(cls=cls) if is_tree(cls):
                unknown_others = tuple(UNKNOWN for _ in others)
                return rebuild(point, value, lambda v: mapped(v, unknown_others))
        return value if is_none(value) else leaf(value, others)

    def leaf(value: Value, others: tuple[Value, ...]) -> Value:
        result = point.call(function, Arguments((*first, value, *others)))
        return result if _is_one_leaf(value) else _tree_with(result, call)

    def _is_chosen(value: Value) -> bool:
        asked = isinstance(value, Sequence | Mapping | Many | Instance) or is_none(value)
        answer = point.call(is_leaf, Arguments((value,))) if asked else UNKNOWN
        return truth(answer) is True

    return mapped(tree, call.rest)


def _is_one_leaf(value: Value) -> bool:
    """Whether `value` is a leaf, and no tree of unknown structure that stands for all of its leaves."""
    match value:
        case Data(kind=Kind.ANY, ndim=ndim):
            return ndim is not None
        case Data(kind=kind):
            return kind is not Kind.PYTREE
    return not isinstance(value, External | Shape)


def _tree_with(leaf: Value, call: Call) -> Value:
    """A tree of unknown structure with such leaves."""
    if not _is_all_traced(leaf):
        return unknown("a tree of unknown structure")
    why = f"the result of `{call.api}`"
    return array(call.point, (leaf,), why, kind=Kind.PYTREE)


def _is_all_traced(value: Value) -> bool:
    """Whether whatever is in `value` is a tracer."""
    match value:
        case Sequence(items=items):
            return bool(items) and all(map(_is_all_traced, items))
        case Mapping(items=items, other=None):
            return bool(items) and all(_is_all_traced(item) for _, item in items)
        case Union(values=values):
            return all(map(_is_all_traced, values))
    return is_traced(value)


def _parts(values: tuple[Value, ...], position: int) -> tuple[Value, ...]:
    return tuple(
        value.items[position]
        if isinstance(value, Sequence) and position < len(value.items)
        else _part(value)
        for value in values
    )


def _entries(values: tuple[Value, ...], key: object) -> tuple[Value, ...]:
    return tuple(
        dict(value.items).get(key, UNKNOWN) if isinstance(value, Mapping) else _part(value)
        for value in values
    )


def _part(value: Value) -> Value:
    """Some part of a tree of unknown structure."""
    is_tracers = isinstance(value, Data) and value.kind is Kind.PYTREE and is_traced(value)
    return without_symbols(value) if is_tracers else UNKNOWN
