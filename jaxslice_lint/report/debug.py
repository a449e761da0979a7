"""What `--debug-trace` prints: the value of each expression of a line, for every way in which it was reached."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jaxslice_lint.facts.evaluation import Evaluation
from jaxslice_lint.report.visible import as_lines


def evaluations_in_words(evaluations: Sequence[Evaluation], place: str) -> str:
    """A paragraph for each way; `place` is what was asked for."""
    if not evaluations:
        return as_lines([f"{place}: the analysis does not come here, or no expression begins here"])
    ways: dict[int, list[Evaluation]] = {}
    for evaluation in evaluations:
        ways.setdefault(evaluation.run, []).append(evaluation)
    # A function is run again for what nobody sees here, such as another object that it is passed.
    told = dict.fromkeys(tuple(replace(one, run=0) for one in way) for way in ways.values())
    return "\n".join(_paragraph(number, way) for number, way in enumerate(told, start=1))


def _paragraph(number: int, evaluations: Sequence[Evaluation]) -> str:
    return as_lines(_lines(number, evaluations))


def _lines(number: int, evaluations: Sequence[Evaluation]) -> Iterator[str]:
    first = evaluations[0]
    called = f", called from {first.called}" if first.called else ""
    yield f"way {number}: in `{first.function}`{', as others may call it' if first.entry else called}"
    for step in first.path:
        yield f"    {step.path}:{step.span.line}:{step.span.column}: {step.note}"
    width = max(len(_quoted(evaluation)) for evaluation in evaluations)
    for evaluation in evaluations:
        place = f"{evaluation.span.line}:{evaluation.span.column}"
        yield f"  {place:>8}  {_quoted(evaluation):<{width}}  {evaluation.value}"


def _quoted(evaluation: Evaluation) -> str:
    """The text of an expression, on one line."""
    return " ".join(evaluation.text.split())
