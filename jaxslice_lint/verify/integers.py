"""What uses of names say of their values: which must be integers, since slices are bounded by them, which are flags."""

import ast
from collections.abc import Iterator, Sequence

from jaxslice_lint.jax_model import allowed


def integers(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """The names of integers in some code."""
    found: set[str] = set()
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for node in (inner for top in nodes for inner in ast.walk(top)):
        match node:
            case ast.Slice(lower=lower, upper=upper, step=step):
                for bound in (lower, upper, step):
                    found.update(_names(bound) if bound else ())
            case ast.Call(func=ast.Name(id="slice"), args=arguments):
                found.update(name for one in arguments for name in _names(one))
            case ast.Assign(targets=targets, value=value):
                pairs += [pair for target in targets for pair in _paired(target, value)]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                pairs += _paired(target, value)
            case ast.AugAssign(target=target, value=value):
                pairs.append((target, value))
            case ast.For(target=target, iter=iterated):
                pairs += _iterated(target, iterated)
            case ast.comprehension(target=target, iter=iterated):
                pairs += _iterated(target, iterated)
    while True:
        more = {
            name
            for target, value in pairs
            if found.intersection(_names(target))
            for name in _names(value)
        }
        if more <= found:
            return frozenset(found)
        found |= more


def flags(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """The names that conditions ask for, not for what compares with them."""
    found: set[str] = set()
    for node in (inner for top in nodes for inner in ast.walk(top)):
        pending = [node.test] if isinstance(node, ast.If | ast.IfExp | ast.Assert) else []
        while pending:
            match pending.pop():
                case ast.Name(id=name):
                    found.add(name)
                case ast.UnaryOp(op=ast.Not(), operand=operand):
                    pending.append(operand)
                case ast.BoolOp(values=values):
                    pending += values
    return frozenset(found)


def _iterated(target: ast.expr, iterated: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets of a loop with the values that are written in what it runs over."""
    match target, iterated:
        case _, ast.Tuple(elts=items) | ast.List(elts=items):
            for item in items:
                yield from _paired(target, item)
        case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=args):
            for one, other in zip(targets, args, strict=False):
                yield from _iterated(one, other)
        case ast.Tuple(elts=[_, one]), ast.Call(func=ast.Name(id="enumerate"), args=[other, *_]):
            yield from _iterated(one, other)


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Targets with their values, item by item where both are written out."""
    match target, value:
        case (
            ast.Tuple(elts=targets) | ast.List(elts=targets),
            ast.Tuple(elts=values) | ast.List(elts=values),
        ) if len(targets) == len(values):
            for one, other in zip(targets, values, strict=True):
                yield from _paired(one, other)
        case _:
            yield target, value


def _names(node: ast.expr) -> Iterator[str]:
    """The names whose values are integers if that of `node` is one."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.BinOp(left=left, right=right):
            yield from _names(left)
            yield from _names(right)
        case ast.UnaryOp(operand=operand):
            yield from _names(operand)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _names(body)
            yield from _names(orelse)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            for one in elts:
                yield from _names(one)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name) as function, args=args) if (
            name in allowed.OF_INTEGERS
        ):
            of_method = [function.value] if isinstance(function, ast.Attribute) else []
            for one in (*args, *of_method):
                yield from _names(one)
