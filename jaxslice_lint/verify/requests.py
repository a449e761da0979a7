"""What to ask the child process about a fix: to run pieces of code in each way in which the program reaches them."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from jaxslice_lint.facts.masking import Masking
from jaxslice_lint.facts.site import Site
from jaxslice_lint.rewrite.text.edit import Fix
from jaxslice_lint.source.text import Source
from jaxslice_lint.verify.around import around, moved, outer_integers, variables
from jaxslice_lint.verify.fragment import Fragment, Place, fragment, offsets
from jaxslice_lint.verify.guards import NO_GUARDS, Guards
from jaxslice_lint.verify.integers import flags, integers
from jaxslice_lint.verify.program import program
from jaxslice_lint.verify.unknowns import Unknowns
from jaxslice_lint.verify.verdict import TOO_DEEP, NotRunnableError
from jaxslice_lint.verify.ways import MOST, Case, Values, cases

Request = dict[str, object]
_FUNCTION = "the function"
_SLICES = ast.Subscript | ast.Call


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of code to be run in one way: what to ask, or why that cannot be asked.

    `way` tells it from others, in words. `function` names the piece if it is a whole function. `generated`: what of it
    is not run and gets a generated value, by its text.
    """

    asked: Request | str
    way: str = ""
    function: str = ""
    generated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A fix of a file, and the traced slices there."""

    source: Source
    fix: Fix
    sites: Mapping[Place, Site]

    @property
    def ways(self) -> list[Case]:
        """The ways in which the program reaches the slices that are replaced."""
        return cases(self._replaced)

    @property
    def not_run(self) -> Iterator[str]:
        """The ways that are not run, and what is known of others, in words."""
        yield from (f"where {case.words}" for case in self.ways[MOST:])
        for site in self._replaced.values():
            if site.differs:
                yield f"all ways: {site.differs}"

    @property
    def takes_variables(self) -> bool:
        """Whether the function around computes a value that the smallest piece of code takes, and neither slices nor
        slices by: of which shape it is, is then seen of the function alone."""
        found = self._piece()
        if found is None:
            return False
        loaded: set[str] = set()
        others: set[str] = set()
        for node in (inner for top in found.before.nodes for inner in ast.walk(top)):
            if isinstance(node, _SLICES) and offsets(self.source, node) in self.sites:
                others.update(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
            elif isinstance(node, ast.Name):
                (loaded if isinstance(node.ctx, ast.Load) else others).add(node.id)
        return not variables(self.source, self.fix).isdisjoint(loaded - others)

    def pieces(self, shown: Sequence[bool] = ()) -> list[Run | None]:
        """The smallest piece of code around the fix, in each way; nothing if the fix changes no code.

        `shown`: whether the function around it was found to be the same in that way. Its piece then needs to be run in
        one way only, and not to be transformed.
        """
        runs: list[Run | None] = []
        for place, run in enumerate(self._runs(self._piece)):
            is_shown = bool(shown) and shown[place]
            if isinstance(run.asked, dict):
                run.asked["transformed"] = not is_shown
            runs.append(None if is_shown and place else run)
        return runs

    def functions(self, before: Sequence[Fix], after: Sequence[Fix]) -> list[Run]:
        """The function around the fix, with some fixes of the file applied before and others after, in each way."""
        outward = outer_integers(self.source, self.fix)
        take = partial(around, self.source, self.fix, before, after, outward)
        return self._runs(take, before, _FUNCTION)

    def _piece(self) -> Fragment | None:
        return fragment(self.source, self.fix, widely=self._is_masked)

    @property
    def _replaced(self) -> dict[Place, Site]:
        return {
            place: site
            for place, site in self.sites.items()
            if any(edit.start <= place[0] and place[1] <= edit.end for edit in self.fix.edits)
        }

    @property
    def _is_masked(self) -> bool:
        elements = [one for site in self._replaced.values() for one in site.elements]
        return any(one.is_traced and one.window is None for one in elements)

    def _runs(
        self,
        take: Callable[[], Fragment | None],
        applied: Sequence[Fix] = (),
        function: str = "",
    ) -> list[Run]:
        try:
            found = take()
        except NotRunnableError as refusal:
            return [Run(str(refusal), case.words, function) for case in self.ways[:MOST]]
        except RecursionError:
            return [Run(TOO_DEEP, case.words, function) for case in self.ways[:MOST]]
        if found is None:
            return []
        return [self._run(found, case, applied) for case in self.ways[:MOST]]

    def _run(self, found: Fragment, case: Case, applied: Sequence[Fix]) -> Run:
        values = case.passed if found.function else case.there
        guards = Guards(
            {moved(place, applied): site for place, site in self.sites.items()},
            {moved(place, applied): way for place, way in case.ways.items()},
            whole=bool(found.function),
        )
        unknowns = _unknowns(found, values)
        try:
            asked: Request | str = {
                **_asked(found, values, guards, unknowns),
                "masked": self._is_masked,
                "transformed": True,
            }
        except NotRunnableError as refusal:
            asked = str(refusal)
        except RecursionError:
            asked = TOO_DEEP
        return Run(asked, case.words, found.function, tuple(unknowns.left_out))


def by_place(source: Source, sites: Iterable[Site]) -> dict[Place, Site]:
    """The traced slices of a file by their offsets."""
    return {
        (source.offset(*site.span.start), source.offset(*site.span.end)): _as_assumed(site)
        for site in sites
        if any(element.is_traced for element in site.elements)
    }


def _as_assumed(site: Site) -> Site:
    """The site with the number of axes that its rewrite assumes, and says so."""
    operand = site.operand
    ndim = operand.ndim if site.has_traced_size else operand.shown_ndim
    if isinstance(site.masking, Masking):
        ndim = dict(site.masking.ranks).get(site.span, ndim)
    return replace(site, operand=replace(operand, ndim=ndim))


def _unknowns(found: Fragment, values: Values) -> Unknowns:
    """What is known of the unknowns before any is met."""
    nodes = found.before.nodes
    return Unknowns(dict(values.given), integers(nodes), flags(nodes), found.parameters)


def _asked(found: Fragment, values: Values, guards: Guards, unknowns: Unknowns) -> Request:
    is_whole = guards.whole
    before = program(found.before, unknowns, guards, found.outputs, whole=is_whole)
    unknowns.closed = True
    after = program(found.after, unknowns, NO_GUARDS, found.outputs, whole=is_whole)
    return {
        "unknowns": unknowns.described(),
        "made": unknowns.made,
        "numbers": _numbers(found),
        "narrow": any(map(_is_narrow, guards.sites.values())),
        "seen": [unknowns.seen(numbers) for numbers in values.numbers],
        "negative": not _drops_negative_starts(found),
        "whole": is_whole,
        "stepwise": before.stepwise,
        "before": before.described(),
        "after": after.described(),
    }


def _is_narrow(site: Site) -> bool:
    """Whether the start of a window is known to be narrow, and the rewrite made for that."""
    windows = [element.window for element in site.elements]
    return any(one is not None and one.narrow for one in windows)


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
