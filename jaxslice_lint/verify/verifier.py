"""From a fix to the verdict on it."""

import ast
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from jaxslice_lint.rewrite import Applied, Fix, apply_fixes
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.masking import Masking
from jaxslice_lint.tracing.site import Site
from jaxslice_lint.verify.fragment import Fragment, fragment
from jaxslice_lint.verify.holes import Holes
from jaxslice_lint.verify.process import Child
from jaxslice_lint.verify.program import Program, program
from jaxslice_lint.verify.verdict import NotRunnableError, Verdict


@dataclass(slots=True)
class Verifier:
    """Verdicts on fixes, each code run once, however often it is asked for."""

    child: Child
    _known: dict[str, Verdict] = field(default_factory=dict)

    def verdicts(
        self, source: Source, fixes: Sequence[Fix], sites: Sequence[Site]
    ) -> list[Verdict]:
        """A verdict on each of the fixes of a file. Raises `VerifyError` where nothing can be run at all."""
        keys: list[str] = []
        pending: dict[str, dict[str, object]] = {}
        for fix in fixes:
            asked = request(source, fix, sites)
            if isinstance(asked, Verdict):
                key = f"{len(keys)} {asked.refusal}"
                self._known[key] = asked
            else:
                key = json.dumps(asked, sort_keys=True)
                if key not in self._known:
                    pending[key] = asked
            keys.append(key)
        answers = self.child.ask(list(pending.values()))
        self._known.update(zip(pending, map(self._verdict, answers), strict=True))
        return [self._known[key] for key in keys]

    def apply(
        self, source: Source, fixes: Sequence[Fix], sites: Sequence[Site], line_length: int
    ) -> tuple[Applied, dict[Fix, Verdict]]:
        """What `apply_fixes` makes of those fixes whose code does the same, and the verdicts on all that it chose."""
        verdicts: dict[Fix, Verdict] = {}
        while True:
            approved = [fix for fix in fixes if fix not in verdicts or not verdicts[fix].refusal]
            result = apply_fixes(source, approved, line_length)
            new = [fix for fix in dict.fromkeys(result.applied) if fix not in verdicts]
            if not new:
                return result, verdicts
            verdicts.update(zip(new, self.verdicts(source, new, sites), strict=True))

    def _verdict(self, answer: dict[str, str]) -> Verdict:
        by = f"JAX {self.child.jax}"
        if "differs" in answer:
            return Verdict(f"the rewrite is not the same with {by} for {answer['differs']}", by)
        if "failed" in answer:
            return Verdict(f"the rewrite could not be verified: {answer['failed']}", by)
        return Verdict("", by)


def _by_place(source: Source, sites: Iterable[Site]) -> dict[tuple[int, int], Site]:
    return {
        (source.offset(*site.span.start), source.offset(*site.span.end)): _as_assumed(site)
        for site in sites
        if any(element.is_traced for element in site.elements)
    }


def _as_assumed(site: Site) -> Site:
    """The site with the number of axes that its rewrite assumes, and says so."""
    if not isinstance(site.masking, Masking):
        return site
    ranks = dict(site.masking.ranks)
    known = site.operand.ndim
    return replace(site, operand=replace(site.operand, ndim=ranks.get(site.span, known)))


def request(source: Source, fix: Fix, sites: Iterable[Site]) -> dict[str, object] | Verdict:
    """What to ask the child about a fix, or the verdict if there is nothing to ask."""
    try:
        places = _by_place(source, sites)
        masked = any(
            edit.start <= place[0] and place[1] <= edit.end
            for place, site in places.items()
            if any(e.is_traced and e.window is None for e in site.elements)
            for edit in fix.edits
        )
        found = fragment(source, fix, widely=masked)
        return Verdict() if found is None else _asked(found, places)
    except NotRunnableError as refusal:
        return Verdict(f"the rewrite could not be verified: {refusal}")


def _asked(found: Fragment, sites: dict[tuple[int, int], Site]) -> dict[str, object]:
    holes = Holes()
    before = program(found.before, holes, sites, found.outputs)
    holes.closed = True
    after = program(found.after, holes, {}, found.outputs)
    return {
        "unknowns": holes.described(),
        "numbers": _numbers(found),
        "negative": not _drops_negative_starts(found),
        "before": _side(before),
        "after": _side(after),
    }


def _side(side: Program) -> dict[str, object]:
    return {"code": side.code, "modules": dict(side.modules), "paths": sorted(side.paths)}


def _numbers(found: Fragment) -> list[int]:
    """The integers written in the original, from which sizes of arrays are guessed."""
    nodes = [node for top in found.before.nodes for node in ast.walk(top)]
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return sorted({value for value in values if type(value) is int})


def _drops_negative_starts(found: Fragment) -> bool:
    """Whether the rewrite is an update with `ds`, which its rule says is right for starts from 0 alone."""
    return any(
        isinstance(node, ast.Subscript)
        and (isinstance(node.ctx, ast.Store) or ast.unparse(node.value).endswith(".at"))
        and "ds(" in ast.unparse(node.slice)
        for top in found.after.nodes
        for node in ast.walk(top)
    )
