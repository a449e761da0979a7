"""`match` statements: which cases can be reached, and what their patterns bind."""

import ast
from collections.abc import Iterator

from jaxslice_lint.tracing.domain.data import NO_CONSTANT, UNKNOWN
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.points import PointOf
from jaxslice_lint.tracing.domain.protocol import Tracer
from jaxslice_lint.tracing.domain.values import Class, External, Mapping, Value, known
from jaxslice_lint.tracing.operations.arithmetic import compare, truth
from jaxslice_lint.tracing.operations.demands import demand
from jaxslice_lint.tracing.operations.iteration import unpack
from jaxslice_lint.tracing.operations.narrowing import is_instance, narrow
from jaxslice_lint.tracing.syntax.targets import bind


def match_cases(point: PointOf[ast.Match], subject: Value) -> Iterator[tuple[ast.match_case, bool]]:
    """The cases that can be reached, each with its names bound in `frame`; the flag says that it always matches."""
    for position, case in enumerate(point.node.cases):
        if position == 0 and _compares(case.pattern):
            demand(subject, point.frame)
        before = point.frame.variables
        point.frame.variables = dict(before)
        matches = _match(point.tracer, case.pattern, subject, point.frame)
        if matches is not False and case.guard is not None:
            holds = truth(point.evaluate(case.guard))
            matches = False if holds is False else (matches if holds else None)
            narrow(point.tracer, case.guard, True, point.frame)
        if matches is False:
            point.frame.variables = before
            continue
        yield case, matches is True
        if matches:
            return


def _compares(pattern: ast.pattern) -> bool:
    """Whether `pattern` asks if its subject is equal to something."""
    match pattern:
        case ast.MatchValue():
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner) | ast.MatchOr(patterns=[inner, *_]):
            return _compares(inner)
    return False


def _match(tracer: Tracer, pattern: ast.pattern, subject: Value, frame: Frame) -> bool | None:
    """Whether `pattern` matches, if that is known; binds its names."""
    match pattern:
        case ast.MatchAs(pattern=None, name=name):
            if name is not None:
                bind(tracer, name, subject, frame)
            return True
        case ast.MatchAs(pattern=inner, name=name) if inner is not None:
            if name is not None:
                bind(tracer, name, subject, frame)
            return _match(tracer, inner, subject, frame)
        case ast.MatchValue(value=value):
            return truth(compare(ast.Eq(), subject, tracer.evaluate(value, frame), frame))
        case ast.MatchSingleton(value=value):
            constant = known(subject)
            return None if constant is NO_CONSTANT else constant is value
        case ast.MatchOr(patterns=patterns):
            found = [_match(tracer, one, subject, frame) for one in patterns]
            return True if True in found else (None if None in found else False)
        case ast.MatchSequence(patterns=patterns):
            _match_sequence(tracer, patterns, subject, frame)
        case ast.MatchMapping(patterns=patterns, rest=rest):
            _match_mapping(tracer, pattern, subject, frame)
            if rest is not None:
                bind(tracer, rest, UNKNOWN, frame)
        case ast.MatchClass():
            if is_instance(subject, tracer.evaluate(pattern.cls, frame)) is False:
                return False
            _match_class(tracer, pattern, subject, frame)
    return None


def _match_sequence(
    tracer: Tracer, patterns: list[ast.pattern], subject: Value, frame: Frame
) -> None:
    stars = [i for i, one in enumerate(patterns) if isinstance(one, ast.MatchStar)]
    star = stars[0] if stars else None
    if not patterns:
        return
    parts = unpack(PointOf(tracer, frame, patterns[0]), subject, len(patterns), star)
    for one, part in zip(patterns, parts, strict=True):
        if isinstance(one, ast.MatchStar):
            if one.name is not None:
                bind(tracer, one.name, part, frame)
        else:
            _match(tracer, one, part, frame)


def _match_mapping(tracer: Tracer, pattern: ast.MatchMapping, subject: Value, frame: Frame) -> None:
    items = dict(subject.items) if isinstance(subject, Mapping) else {}
    for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
        value = tracer.evaluate(key, frame)
        part = items.get(known(value)) or PointOf(tracer, frame, key).subscript(subject, value)
        _match(tracer, inner, part, frame)


def _match_class(tracer: Tracer, pattern: ast.MatchClass, subject: Value, frame: Frame) -> None:
    cls = tracer.evaluate(pattern.cls, frame)
    if isinstance(cls, External) and len(pattern.patterns) == 1:
        _match(tracer, pattern.patterns[0], subject, frame)
        return
    names = tuple(cls.fields) if isinstance(cls, Class) else ()
    for position, inner in enumerate(pattern.patterns):
        known_name = names[position] if position < len(names) else None
        part = (
            UNKNOWN
            if known_name is None
            else PointOf(tracer, frame, pattern.cls).attribute(subject, known_name)
        )
        _match(tracer, inner, part, frame)
    for name, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        _match(tracer, inner, PointOf(tracer, frame, pattern.cls).attribute(subject, name), frame)
