"""A tracer that tells the value of watched expressions, each time they are evaluated."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

from jaxslice_lint.facts.evaluation import Evaluation, Watch
from jaxslice_lint.source.nodes import segment, span_of
from jaxslice_lint.source.project import Project
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.domain.frames import Frame
from jaxslice_lint.tracing.domain.values import Value
from jaxslice_lint.tracing.driver.describing import described
from jaxslice_lint.tracing.driver.tracer import AbstractTracer

_F_STRING = re.compile("[A-Za-z]*[fF][A-Za-z]*['\"]")
#: A program may call this with what it wants to know of; it returns what it is passed, as the program defines it.
_REVEALING = "reveal_traced"


def watch_line(path: Path, line: int) -> Watch:
    """Watch the expressions that begin on a line of a file."""
    return lambda file, node: node.lineno == line and file == path


def watch_revealed(project: Project, path: Path) -> Watch:
    """Watch what is passed to `reveal_traced` in a file."""
    tree = project.tree(path)
    passed = (
        {
            argument
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == _REVEALING
            for argument in node.args
        }
        if isinstance(tree, ast.Module)
        else set()
    )
    return lambda _, node: node in passed


def _nothing(*_: object) -> bool:
    return False


@dataclass(slots=True)
class WatchingTracer(AbstractTracer):
    """Notes what the expressions are that `watch` chooses."""

    watch: Watch = _nothing
    evaluations: dict[Evaluation, None] = field(default_factory=dict)

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        # A class with slots is made anew, so that `super()` without arguments would not know it.
        value = AbstractTracer.evaluate(self, node, frame)
        if self.watch(frame.source.path, node) and not _is_piece(node, frame.source):
            self.evaluations[_evaluation(node, frame, value)] = None
        return value


def _is_piece(node: ast.expr, source: Source) -> bool:
    """Whether `node` is a piece of text in an f-string, which Python before 3.12 places where the f-string begins."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return is_text and _F_STRING.match(segment(source, node)) is not None


def _evaluation(node: ast.expr, frame: Frame, value: Value) -> Evaluation:
    activation = frame.activation
    source, call = activation.called or (frame.source, None)
    called = f"{source.path}:{call.lineno}" if isinstance(call, ast.Call) else ""
    return Evaluation(
        frame.source.path,
        span_of(frame.source, node),
        segment(frame.source, node),
        described(value),
        frame.name if activation.callee is None else activation.callee.name,
        called,
        frame.context.path,
        frame.context.entry,
        frame.number,
    )
