"""From fixes to the verdicts on them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from jaxslice_lint.facts.site import Site
from jaxslice_lint.rewrite import Applied, Fix, apply_fixes
from jaxslice_lint.source.text import Source
from jaxslice_lint.verify.judgement import Seen, judgement
from jaxslice_lint.verify.process import Child
from jaxslice_lint.verify.requests import Question, Request, Run, by_place
from jaxslice_lint.verify.verdict import Verdict

_OTHER = "another rewrite in it is not the same"


@dataclass(slots=True)
class Verifier:
    """Verdicts on fixes, each code run once, however often it is asked for."""

    child: Child
    _known: dict[str, dict[str, str]] = field(default_factory=dict)

    def apply(
        self, source: Source, fixes: Sequence[Fix], sites: Sequence[Site], line_length: int
    ) -> tuple[Applied, dict[Fix, Verdict]]:
        """What `apply_fixes` makes of those fixes whose code does the same, and the verdicts on all that it chose."""
        verdicts: dict[Fix, Verdict] = {}
        while True:
            approved = [fix for fix in fixes if fix not in verdicts or not verdicts[fix].refusal]
            result = apply_fixes(source, approved, line_length)
            chosen = [*dict.fromkeys(result.applied)]
            verdicts.update(zip(chosen, self.verdicts(source, chosen, sites), strict=True))
            if not any(verdicts[fix].refusal for fix in chosen):
                return result, verdicts

    def verdicts(
        self, source: Source, fixes: Sequence[Fix], sites: Sequence[Site]
    ) -> list[Verdict]:
        """A verdict on each of some fixes of a file, which are all applied unless some overlap.

        Raises `VerifyError` where nothing can be run at all.
        """
        places = by_place(source, sites)
        questions = [Question(source, fix, places) for fix in fixes]
        if _overlap(fixes):
            functions = self._seen([one.functions([], [one.fix]) for one in questions])
        else:
            functions = self._seen([one.functions([], fixes) for one in questions])
            functions = self._blamed(questions, functions)
        pieces = self._pieces(questions, functions)
        by = f"JAX {self.child.jax}"
        return [judgement(*one, by) for one in zip(questions, pieces, functions, strict=True)]

    def _blamed(
        self, questions: Sequence[Question], functions: Sequence[Sequence[Seen]]
    ) -> list[Sequence[Seen]]:
        """`functions`, where a difference that several fixes make together is left to those that make it alone."""
        suspects = [place for place, seen in enumerate(functions) if _differ(seen)]
        fixes = [one.fix for one in questions]
        alone = self._seen(
            [
                questions[place].functions([*fixes[:place], *fixes[place + 1 :]], fixes)
                for place in suspects
            ]
        )
        guilty = {place: seen for place, seen in zip(suspects, alone, strict=True) if _differ(seen)}
        blamed = [*functions]
        for place in suspects if guilty else ():
            others = [replace(one, differs="", failed=_OTHER) for one in functions[place]]
            blamed[place] = guilty.get(place, others)
        return blamed

    def _pieces(
        self, questions: Sequence[Question], functions: Sequence[Sequence[Seen]]
    ) -> list[Sequence[Seen]]:
        """What comes of the pieces, or of the functions where that says enough."""
        runs = [
            one.pieces([seen.is_same for seen in around])
            for one, around in zip(questions, functions, strict=True)
        ]
        self._ask(run for some in runs for run in some if run is not None)
        return [
            [self._one(run) if run is not None else around[k] for k, run in enumerate(some)]
            for some, around in zip(runs, functions, strict=True)
        ]

    def _seen(self, runs: Sequence[Sequence[Run]]) -> list[Sequence[Seen]]:
        self._ask(run for some in runs for run in some)
        return [[self._one(run) for run in some] for some in runs]

    def _ask(self, runs: Iterable[Run]) -> None:
        """Have all runs done that were not done before."""
        keys = {_key(run.asked): run.asked for run in runs if not isinstance(run.asked, str)}
        new = [key for key in keys if key not in self._known]
        answers = self.child.ask([keys[key] for key in new])
        self._known.update(zip(new, answers, strict=True))

    def _one(self, run: Run) -> Seen:
        if isinstance(run.asked, str):
            return Seen(run, failed=run.asked)
        return Seen(run, **self._known[_key(run.asked)])


def _key(asked: Request) -> str:
    return json.dumps(asked, sort_keys=True)


def _differ(seen: Sequence[Seen]) -> bool:
    return any(one.differs for one in seen)


def _overlap(fixes: Sequence[Fix]) -> bool:
    edits = sorted({edit for fix in fixes for edit in fix.edits})
    return any(one.end > other.start for one, other in pairwise(edits))
