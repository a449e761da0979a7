"""How many findings each rule has, and how many of them a fix would be applied to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from jaxslice_lint.report.outcome import Outcome, is_applicable


@dataclass(frozen=True, slots=True)
class Count:
    """The findings of one rule; `fixable` of them `--fix` would rewrite."""

    code: str
    name: str
    total: int
    fixable: int


def count(outcome: Outcome, unsafe: bool) -> list[Count]:
    """The findings by rule, most frequent first; `unsafe` tells whether unsafe fixes are asked for."""
    fixable: dict[tuple[str, str], list[bool]] = {}
    for finding in outcome.findings:
        found = fixable.setdefault((finding.code, finding.name), [])
        found.append(is_applicable(finding, unsafe))
    counts = [Count(*rule, len(found), sum(found)) for rule, found in fixable.items()]
    return sorted(counts, key=lambda count: (-count.total, count.code))


def as_table(counts: Sequence[Count]) -> str:
    """Count, code, fixability and name, as ruff writes them: `[*]` all, `[-]` some, `[ ]` none."""
    width = max((len(str(count.total)) for count in counts), default=0)
    marked = any(count.fixable for count in counts)
    return "".join(
        f"{count.total:>{width}}\t{count.code}\t{_mark(count) * marked}{count.name}\n"
        for count in counts
    )


def as_json(counts: Sequence[Count]) -> str:
    """One array with an object for each rule, with the fields of ruff's."""
    objects = [
        {
            "code": count.code,
            "name": count.name,
            "count": count.total,
            "fixable": count.fixable == count.total,
            "fixable_count": count.fixable,
        }
        for count in counts
    ]
    return json.dumps(objects, indent=2) + "\n"


def _mark(count: Count) -> str:
    if not count.fixable:
        return "[ ] "
    return "[*] " if count.fixable == count.total else "[-] "
