"""The last lines of a report: how much was found, what `--fix` did or could do, and what is left for a person."""

from collections.abc import Iterator, Sequence

from jaxslice_lint.report.outcome import Outcome, Rewrite, is_applicable
from jaxslice_lint.report.visible import as_lines
from jaxslice_lint.rules.finding import Finding

#: How many of the names that got generated values are told.
_MOST_NAMES = 3


def summary(outcome: Outcome, *, fixed: bool, unsafe: bool) -> str:
    """The counts, and after `--fix` (`fixed`) before them what was rewritten and what was not."""
    lines = [*_work(outcome)] if fixed else []
    left, done = len(outcome.findings), len(outcome.rewrites)
    if done:
        lines.append(f"Found {_count(left + done, 'error')} ({done} fixed, {left} remaining).")
    elif left:
        lines.append(f"Found {_count(left, 'error')}.")
    elif not outcome.failures:
        lines.append("All checks passed!")
    lines += _fixable(outcome, unsafe)
    lines += not_followed(outcome).splitlines()
    if outcome.read_in_part:
        lines.append(
            f"Read in part, without newer syntax: {_count(len(outcome.read_in_part), 'file')} (`-v` says why)."
        )
    return as_lines(lines)


def not_followed(outcome: Outcome) -> str:
    """How many functions were too deep or too long to follow, in a line if there are any."""
    counted = _count(len(outcome.given_up), "function")
    return f"Not followed to the end: {counted} (`-v` says why).\n" * bool(outcome.given_up)


def would_fix(outcome: Outcome) -> str:
    """What `--diff` says on stderr."""
    done = len(outcome.rewrites)
    more = sum(finding.fix is not None for finding in outcome.findings)
    extra = f" ({_count(more, 'additional fix', 'es')} available with `--unsafe-fixes`)" * bool(
        more
    )
    if not done:
        return f"No errors would be fixed{extra}.\n"
    counted = f"Would fix {_count(done, 'error')}{_verified(outcome.rewrites)}{extra}.\n"
    return unverified(outcome) + counted


def unverified(outcome: Outcome) -> str:
    """A line for each rewrite of which not all was run, or something got a generated value."""
    return as_lines(
        f"{file.original.path}:{done.line}:{done.column}: {done.code} ({done.name}):"
        f" {_assurance(done)}"
        for file in outcome.files
        for done in file.rewrites
        if done.unverified or done.generated
    )


def reason(finding: Finding) -> str:
    """Why a finding was not rewritten."""
    if finding.fix is None:
        return finding.no_fix or "this rule has no rewrite"
    if not finding.fix.safe:
        return f"unsafe fix (`--unsafe-fixes`): {finding.fix.caution or 'it may change behavior'}"
    return "its fix could not be applied"


def same_fix(first: Finding) -> str:
    """That the fix of another finding cures this one."""
    return f"fix of {first.span.line}:{first.span.column} cures this, too"


def _work(outcome: Outcome) -> Iterator[str]:
    if outcome.rewrites:
        counted = _count(len(outcome.rewrites), "error")
        yield f"Rewrote {counted}{_verified(outcome.rewrites)}:"
    for file in outcome.files:
        if file.rewrites:
            yield f"- {file.original.path}:"
        for done in file.rewrites:
            assurance = f" ({_assurance(done)})" * bool(done.verified)
            place = f"{done.line}:{done.column}"
            yield f"    {place}: {done.code} ({done.name}): {done.message}{assurance}"
    if outcome.findings:
        yield f"Left for a person ({len(outcome.findings)}):"
    for file in outcome.files:
        for finding in file.findings:
            first = finding.cured_with(file.findings)
            why = f"the {same_fix(first)}" if first else reason(finding)
            place = f"{finding.path}:{finding.span.line}:{finding.span.column}"
            yield f"- {place}: {finding.code} ({finding.name}): {why}"
    if outcome.rewrites or outcome.findings:
        yield ""


def _verified(rewrites: Sequence[Rewrite]) -> str:
    """How many rewrites were run: all of them, and with parts left out."""
    run = [bool(one.unverified) for one in rewrites if one.verified]
    counts = [(run.count(False), "verified"), (run.count(True), "verified in part")]
    return "".join(f", {count} {what}" for count, what in counts if count)


def _assurance(done: Rewrite) -> str:
    """What ran a rewrite, and what of it was not run."""
    missing = ", nor ".join(done.unverified)
    names = [f"`{name}`" for name in done.generated[:_MOST_NAMES]]
    more = len(done.generated) - len(names)
    others = f" and {_count(more, 'other')}" * bool(more)
    generated = f", with generated values for {', '.join(names)}{others}" * bool(names)
    return f"verified with {done.verified}{generated}{f', but not {missing}' * bool(missing)}"


def _fixable(outcome: Outcome, unsafe: bool) -> Iterator[str]:
    now = sum(is_applicable(finding, unsafe) for finding in outcome.findings)
    hidden = sum(is_applicable(finding, True) for finding in outcome.findings) - now
    more = f"{_count(hidden, 'unsafe fix', 'es')} available with `--fix --unsafe-fixes`"
    if now:
        yield f"[*] {now} fixable with `--fix`{f' ({more})' * bool(hidden)}."
    elif hidden:
        yield f"{more}."


def _count(number: int, noun: str, plural: str = "s") -> str:
    return f"{number} {noun}{plural * (number != 1)}"
