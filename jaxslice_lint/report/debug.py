"""What `--debug-trace` prints: the value of each expression of a line, for every way in which it was reached."""

from collections.abc import Iterator, Sequence

from jaxslice_lint.facts.sight import Sight


def sights_in_words(sights: Sequence[Sight], place: str) -> str:
    """A paragraph for each way; `place` is what was asked for."""
    if not sights:
        return f"{place}: the analysis does not come here, or no expression begins here\n"
    ways: dict[int, list[Sight]] = {}
    for sight in sights:
        ways.setdefault(sight.run, []).append(sight)
    paragraphs = (_paragraph(number, ways[run]) for number, run in enumerate(ways, start=1))
    return "\n".join(paragraphs)


def _paragraph(number: int, sights: Sequence[Sight]) -> str:
    return "".join(f"{line}\n" for line in _lines(number, sights))


def _lines(number: int, sights: Sequence[Sight]) -> Iterator[str]:
    first = sights[0]
    called = f", called from {first.called}" if first.called else ""
    yield f"way {number}: in `{first.function}`{', as others may call it' if first.entry else called}"
    for step in first.path:
        yield f"    {step.path}:{step.span.line}:{step.span.column}: {step.note}"
    width = max(len(_quoted(sight)) for sight in sights)
    for sight in sights:
        place = f"{sight.span.line}:{sight.span.column}"
        yield f"  {place:>8}  {_quoted(sight):<{width}}  {sight.value}"


def _quoted(sight: Sight) -> str:
    """The text of an expression, on one line."""
    return " ".join(sight.text.split())
