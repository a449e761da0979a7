"""One program, run by JAX and read by the tool: where do the two disagree?

JAX runs the program eagerly, which is what it means; traced, with the watch; as it is; and after each kind of fix.
"""

import ast
import warnings
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from fuzz.excuses import Change, is_covered, is_out_of_bounds
from fuzz.execute import Step, run
from fuzz.modes import eagerly, without_compiling
from fuzz.program import Program
from fuzz.tool import Found, Mode, Report, Tool
from fuzz.values import difference
from fuzz.watch import Event, Site, Watch, shapes_of

CRASH, BROKEN, UNSTABLE = "crash", "fixed file does not parse", "second fix changes something"
FALSE, WRONG, UNCOVERED = "false finding", "wrong safe rewrite", "uncovered unsafe rewrite"
FAILURES = (CRASH, BROKEN, UNSTABLE, FALSE, WRONG, UNCOVERED)
#: Rules on what programs do today without an error; the generator writes nothing of the sort.
_TRACED = ("JSL101", "JSL102", "JSL103", "JSL104", "JSL105")


@dataclass(frozen=True, slots=True)
class Failure:
    """One disagreement. `fixed`: the program after the fix, if that is what is wrong."""

    kind: str
    detail: str
    program: Program
    fixed: Program | None = None


@dataclass
class Verdict:
    """What came out for one program. `discarded`: why it proves nothing. `misses` do not count as failures."""

    program: Program
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    discarded: str = ""


@dataclass(frozen=True)
class _Oracle:
    """What JAX says of a program: its steps and events, eagerly and traced, and its steps as it is today."""

    program: Program
    eager: Sequence[Step]
    eager_events: Sequence[Event]
    traced: Sequence[Step]
    events: Sequence[Event]

    @cached_property
    def today(self) -> Sequence[Step]:
        """What the program does as it is: up to the first traced slice of each statement."""
        return run(self.program)

    @property
    def traced_sites(self) -> set[Site]:
        """Where a slice with a traced bound was evaluated, and not handled by the program itself."""
        return {event.site for event in self.events if event.traced and not event.guarded}

    @property
    def ended_early(self) -> bool:
        """Whether something else than a slice ended a trace, so that not all of the program was seen."""
        return any(step.trouble for step in self.traced)


def judge(program: Program, tool: Tool) -> Verdict:
    """Run everything. A program that does not work eagerly is discarded."""
    verdict = Verdict(program)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = _asked(program)
        if isinstance(oracle, str):
            verdict.discarded = oracle
            return verdict
        verdict.counts["programs"] += 1
        report = _called(tool, program, "report", verdict)
        if report is None:
            return verdict
        _check_findings(oracle, report, verdict)
        if any(one.fix for one in report.found):
            _check_fixes(oracle, tool, report, verdict)
    return verdict


def _check_fixes(oracle: _Oracle, tool: Tool, report: Report, verdict: Verdict) -> None:
    safe = _fixed(tool, oracle.program, "safe", verdict)
    if safe is None:
        return
    verdict.counts["safe rewrites"] += safe.rewrites
    promised = [one for one in (*report.found, *safe.found) if one.fix == "safe"]
    wrong = _check_fix(oracle, safe, WRONG, promised, (), verdict)
    if not any(one.fix == "unsafe" for one in safe.found):
        return
    unsafe = _fixed(tool, oracle.program, "unsafe", verdict)
    if unsafe is None:
        return
    verdict.counts["unsafe rewrites"] += max(unsafe.rewrites - safe.rewrites, 0)
    cautious = [one for one in (*report.found, *safe.found) if one.fix == "unsafe"]
    if unsafe.files != safe.files:
        _check_fix(oracle, unsafe, UNCOVERED, cautious, wrong, verdict)


def _asked(program: Program) -> _Oracle | str:
    first = Watch()
    with eagerly():
        eager = run(program, first)
    for step in eager:
        if step.trouble:
            return str(step.trouble)
    second = Watch(shapes_of(first.events))
    with without_compiling():
        traced = run(program, second)
    others = {event.site for event in second.events if not event.guarded}
    refused = {site: error for site, error in second.handled.items() if site not in others}
    if refused:
        # What a program means goes on with its handler where each trace does.
        again = Watch(refused=refused)
        with eagerly():
            handled = run(program, again)
        if not any(step.trouble for step in handled):
            eager, first = handled, again
    return _Oracle(program, eager, first.events, traced, second.events)


def _called(tool: Tool, program: Program, mode: Mode, verdict: Verdict) -> Report | None:
    """The tool's report; None if it could not do its job, which is a failure."""
    try:
        report = tool(program.files, mode)
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"
    else:
        if not report.failures:
            return report
        detail = report.failures[0]
    verdict.failures.append(Failure(CRASH, f"{mode}: {detail}", verdict.program))
    return None


def _check_findings(oracle: _Oracle, report: Report, verdict: Verdict) -> None:
    traced = oracle.traced_sites
    found = {one.site for one in report.found}
    executed = {event.site for event in oracle.events}
    tried = {event.site for event in oracle.events if event.in_trace or event.traced}
    verdict.counts["traced slices"] += len(traced)
    verdict.counts["found"] += len(traced & found)
    for site in sorted(traced - found):
        verdict.counts["missed"] += 1
        verdict.misses.append(f"{site.file}:{site.line}:{site.column}")
    guarded = {event.site for event in oracle.events if event.guarded}
    for one in report.found:
        if one.site in traced or (one.code in _TRACED and one.site in guarded):
            continue
        unseen = one.site not in executed or (oracle.ended_early and one.site not in tried)
        if one.code in _TRACED and unseen:
            verdict.counts["unjudged findings"] += 1
            continue
        place = f"{one.site.file}:{one.site.line}:{one.site.column}"
        verdict.failures.append(
            Failure(FALSE, f"{place}: {one.code} {one.message}", oracle.program)
        )


def _fixed(tool: Tool, program: Program, mode: Mode, verdict: Verdict) -> Report | None:
    """The outcome of a fix, checked for what must hold of any: it parses, and a second one changes nothing."""
    report = _called(tool, program, mode, verdict)
    if report is None or report.files == program.files:
        return report
    after = program.with_files(report.files)
    for name, text in report.files.items():
        try:
            ast.parse(text)
        except SyntaxError as error:
            detail = f"{name}:{error.lineno}: {error.msg}"
            verdict.failures.append(Failure(BROKEN, detail, program, after))
            return None
    again = _called(tool, after, mode, verdict)
    if again is not None and again.files != report.files:
        detail = f"`--fix` ({mode}) is not stable"
        verdict.failures.append(Failure(UNSTABLE, detail, program, after))
    return report


def _check_fix(
    oracle: _Oracle,
    report: Report,
    kind: str,
    found: Collection[Found],
    known: Collection[int],
    verdict: Verdict,
) -> set[int]:
    """The steps in which the fixed program does not do what the original means; `known` ones are reported already."""
    if report.files == oracle.program.files:
        return set()
    after = oracle.program.with_files(report.files)
    different: set[int] = set()
    for number, detail, step in _differences(oracle, run(after)):
        different.add(number)
        if number in known:
            continue
        led = _led_to(oracle, number)
        events = [event for event in oracle.eager_events if event.step in led]
        seen = [event for event in oracle.events if event.step in led]
        static = {event.site for event in seen if not event.traced}
        traced = {event.site for event in seen if event.traced} - static
        change = Change(events, traced, step, "grad(" in after.shown())
        if is_out_of_bounds(change, found, oracle.program):
            verdict.counts["changes out of bounds"] += 1
            continue
        if is_covered(change, found):
            verdict.counts["covered changes"] += 1
            continue
        place = f"{oracle.eager[number].file}:{oracle.eager[number].line}"
        verdict.failures.append(Failure(kind, f"{place}: {detail}", oracle.program, after))
    return different


def _led_to(oracle: _Oracle, number: int) -> set[int]:
    """A statement that prints, and those before it that print nothing: what it prints may come from them."""
    return {k for k, step in enumerate(oracle.eager[:number]) if not step.printed} | {number}


def _differences(oracle: _Oracle, after: Sequence[Step]) -> Iterator[tuple[int, str, Step]]:
    if len(after) != len(oracle.eager):
        yield 0, f"{len(after)} statements, not {len(oracle.eager)}", after[0]
        return
    failed = False
    for number, (eager, today, step) in enumerate(
        zip(oracle.eager, oracle.today, after, strict=True)
    ):
        works = today.trouble is None
        expected = today.printed if works else eager.printed
        if step.trouble is not None:
            # What was refused before may be refused still, and ends the trace as before. What works must go on to work.
            excused = step.trouble.is_refusal or (
                (traced := oracle.traced[number].trouble) is not None
                and traced.name == step.trouble.name
            )
            follows = failed and step.trouble.name == "NameError"
            if not follows and (works or not excused):
                yield number, str(step.trouble), step
            failed = True
            expected = expected[: len(step.printed)]
            if not works and not difference(today.printed, step.printed, exactly=True):
                continue  # where a thread was refused a slice, the program goes on
        if how := difference(expected, step.printed, exactly=works):
            yield number, how, step
