"""The last lines of a report: how much was found, what `--fix` did or could do, and what is left for a person."""

from collections.abc import Iterator

from jaxslice_lint.report.outcome import Outcome, is_applicable
from jaxslice_lint.rules.finding import Finding


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
    return "".join(f"{line}\n" for line in lines)


def would_fix(outcome: Outcome) -> str:
    """What `--diff` says on stderr."""
    done = len(outcome.rewrites)
    verified = sum(bool(rewrite.verified) for rewrite in outcome.rewrites)
    more = sum(finding.fix is not None for finding in outcome.findings)
    extra = f" ({_count(more, 'additional fix', 'es')} available with `--unsafe-fixes`)" * bool(
        more
    )
    return (
        f"Would fix {_count(done, 'error')}{f', {verified} verified' * bool(verified)}{extra}.\n"
        if done
        else f"No errors would be fixed{extra}.\n"
    )


def reason(finding: Finding) -> str:
    """Why a finding was not rewritten."""
    if finding.fix is None:
        return finding.no_fix or "this rule has no rewrite"
    if not finding.fix.safe:
        return f"unsafe fix (`--unsafe-fixes`): {finding.fix.caution or 'it may change behavior'}"
    return "its fix could not be applied"


def _work(outcome: Outcome) -> Iterator[str]:
    if outcome.rewrites:
        yield f"Rewrote {_count(len(outcome.rewrites), 'error')}:"
    for file in outcome.files:
        if file.rewrites:
            yield f"- {file.original.path}:"
        for done in file.rewrites:
            verified = f" (verified with {done.verified})" * bool(done.verified)
            yield f"    {done.line}:{done.column}: {done.code} ({done.name}): {done.message}{verified}"
    if outcome.findings:
        yield f"Left for a person ({len(outcome.findings)}):"
    for finding in outcome.findings:
        place = f"{finding.path}:{finding.span.line}:{finding.span.column}"
        yield f"- {place}: {finding.code} ({finding.name}): {reason(finding)}"
    if outcome.rewrites or outcome.findings:
        yield ""


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
