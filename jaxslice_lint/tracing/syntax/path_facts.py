"""What follows from the tests that a path has passed: how others come out there.

Where `cached and self.causal` is true, `self.causal` is; where it is false and `cached` is true, `self.causal` is not.
A variable that keeps a test comes out as that does. All of this as long as what a test asks for is what it was.
"""

import ast
from collections.abc import Iterator

from jaxslice_lint.source.nodes import dumped, names_in
from jaxslice_lint.tracing.domain.frames import Fact, Frame, Kept
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.values import Value
from jaxslice_lint.tracing.operations.arithmetic import truth

#: The tests that are worth keeping: others say nothing of their parts.
_COMPOSED = (ast.BoolOp, ast.Compare, ast.UnaryOp)


def facts_of(test: ast.expr, outcome: bool, frame: Frame) -> tuple[Fact, ...]:
    """What is true where `test` comes out as `outcome`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return facts_of(operand, not outcome, frame)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is outcome:
            return tuple(fact for value in values for fact in facts_of(value, outcome, frame))
    fact = Fact(test, _held(test, frame), outcome)
    kept = _kept(test, frame)
    return (fact,) if kept is None else (fact, *facts_of(kept, outcome, frame))


def outcome_of(point: PointOf[ast.expr]) -> bool | None:
    """How a test comes out along the path that is run alone; None if that is not known."""
    frame = point.frame
    if not frame.facts:
        return None
    match point.node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            outcome = outcome_of(point.at(operand))
            return None if outcome is None else not outcome
        case ast.BoolOp(op=op, values=values):
            stops_at = isinstance(op, ast.Or)
            outcomes = [outcome_of(point.at(value)) for value in values]
            if stops_at in outcomes or _is_among(values, op, frame):
                return stops_at
            if None not in outcomes:
                return not stops_at
    kept = _kept(point.node, frame)
    if kept is not None:
        return outcome_of(point.at(kept))
    told = _told(point)
    return _left_over(point) if told is None else told


def is_of_path(test: ast.expr, outcome: bool, frame: Frame) -> bool:
    """Whether `test` comes out as `outcome` nowhere but along the path that is run alone."""
    if not frame.facts:
        return False
    found = (*facts_of(test, outcome, frame), *frame.tested)
    return all(any(_implies(one, fact) for one in found) for fact in frame.facts)


def keep(name: str, test: ast.expr, frame: Frame) -> None:
    """Note that a variable was given what a test comes out as."""
    if isinstance(test, _COMPOSED) and frame.context.in_trace and name in frame.variables:
        frame.kept[name] = Kept(frame.variables[name], test, _held(test, frame))


def _facts(frame: Frame) -> Iterator[Fact]:
    """What is true here, of tests whose variables hold what they held."""
    for fact in (*frame.facts, *frame.tested):
        if _are_held(fact.held, frame):
            yield fact


def _told(point: PointOf[ast.expr]) -> bool | None:
    """How a test has come out before, or what its value says."""
    for fact in _facts(point.frame):
        if _is_same(fact.test, point.node):
            return fact.outcome
    is_read = isinstance(point.node, (ast.Name, ast.Attribute))
    return truth(point.evaluate(point.node)) if is_read else None


def _is_among(values: list[ast.expr], op: ast.boolop, frame: Frame) -> bool:
    """Whether some of several tests are known not to be true together, or not to be false together."""
    for fact in _facts(frame):
        if isinstance(fact.test, ast.BoolOp) and type(fact.test.op) is type(op):
            parts = fact.test.values
            if all(any(_is_same(part, value) for value in values) for part in parts):
                return True
    return False


def _left_over(point: PointOf[ast.expr]) -> bool | None:
    """How a test comes out as the last one of several that are known not to be true together, or not to be false."""
    for fact in _facts(point.frame):
        if isinstance(fact.test, ast.BoolOp):
            others = [one for one in fact.test.values if not _is_same(one, point.node)]
            if len(others) + 1 == len(fact.test.values) and all(
                _told(point.at(one)) is (not fact.outcome) for one in others
            ):
                return fact.outcome
    return None


def _implies(one: Fact, other: Fact) -> bool:
    """Whether one test, or a part of it, came out like this of the same values."""
    parts = [other.test]
    if isinstance(other.test, ast.BoolOp) and isinstance(other.test.op, ast.Or) is other.outcome:
        parts += other.test.values
    held = {name: id(value) for name, value in other.held}
    return (
        one.outcome is other.outcome
        and any(_is_same(one.test, part) for part in parts)
        and all(held.get(name) == id(value) for name, value in one.held)
    )


def _is_same(one: ast.expr, other: ast.expr) -> bool:
    return one is other or dumped(one) == dumped(other)


def _kept(test: ast.expr, frame: Frame) -> ast.expr | None:
    """The test that a variable keeps, if all that it asks for is what it was."""
    kept = frame.kept.get(test.id) if isinstance(test, ast.Name) else None
    if kept is None or not isinstance(test, ast.Name):
        return None
    is_kept = frame.variables.get(test.id) is kept.value and _are_held(kept.held, frame)
    return kept.test if is_kept else None


def _held(test: ast.expr, frame: Frame) -> tuple[tuple[str, Value], ...]:
    """What the variables of a test hold; those of a module are the same for all of its code."""
    values = ((name, _value(name, frame)) for name in sorted(names_in(test)))
    return tuple((name, value) for name, value in values if value is not None)


def _are_held(held: tuple[tuple[str, Value], ...], frame: Frame) -> bool:
    return all(_value(name, frame) is value for name, value in held)


def _value(name: str, frame: Frame) -> Value | None:
    """What a variable of the function, or of one around it, holds."""
    holder = frame.holder(name)
    return None if holder is None or holder.parent is None else holder.variables[name]
