"""A rule's report on a site."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jaxslice_lint.facts.status import Step
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.source.text import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule reports. `marks` are the spans to underline (the traced bounds); `help` is what to do,
    with a fix what that does; `no_fix` says why there is none."""

    code: str
    name: str
    message: str
    path: Path
    span: Span
    marks: tuple[Span, ...] = ()
    trace_path: tuple[Step, ...] = ()
    help: str = ""
    fix: Fix | None = None
    no_fix: str = ""

    def cured_with(self, others: Iterable["Finding"]) -> "Finding | None":
        """The first of all findings of a file that has the same fix, if that is not this one."""
        if self.fix is None:
            return None
        mine = self.fix.safe, set(self.fix.edits)
        same = (one for one in others if one.fix and (one.fix.safe, set(one.fix.edits)) == mine)
        first = next(same, self)
        return None if first is self else first
