"""What `--timing` says on stderr: in which files, and in which functions, the time of tracing went."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from jaxslice_lint.facts.spent import Spent
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.report.visible import as_lines

#: How many of the slowest are told.
_MOST = 10


def timing(outcome: Outcome) -> str:
    """The slowest files and functions, with the seconds that each took."""
    return as_lines(_lines(outcome.spent))


def _lines(spent: tuple[Spent, ...]) -> Iterator[str]:
    if not spent:
        yield "Nothing was traced: there was nothing to trace, or it is known from an earlier run."
        return
    of_files: dict[Path, float] = defaultdict(float)
    for one in spent:
        of_files[one.path] += one.seconds
    total, expressions = sum(of_files.values()), sum(one.expressions for one in spent)
    yield (
        f"Traced {len(spent)} functions and modules of {len(of_files)} files in {total:.2f} s:"
        f" {expressions} expressions evaluated."
    )
    yield "Slowest files, by what is run from there:"
    for path in sorted(of_files, key=lambda one: -of_files[one])[:_MOST]:
        yield f"{of_files[path]:8.2f} s  {path}"
    yield "Slowest functions, with all that they call:"
    for one in sorted(spent, key=lambda one: -one.seconds)[:_MOST]:
        yield f"{one.seconds:8.2f} s  {one.path}:{one.line} {one.function}"
