"""The verdict on a fix, from what came of all that was run of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jaxslice_lint.verify.requests import Question, Run
from jaxslice_lint.verify.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a run: how the sides differ, why it could not be run, or why it could not be compiled (`part`).

    All are empty if both sides are the same.
    """

    run: Run
    differs: str = ""
    failed: str = ""
    part: str = ""

    @property
    def is_same(self) -> bool:
        """Whether both sides are the same, the rewritten one compiled."""
        return not (self.differs or self.failed or self.part)


def judgement(
    question: Question, pieces: Sequence[Seen], functions: Sequence[Seen], by: str
) -> Verdict:
    """The verdict on a fix of which in each way a piece was run, and the function around it if there is one."""
    if not pieces:
        return Verdict()
    shown = functions and all(one.is_same for one in functions)
    for one in pieces:
        if one.differs and not (shown and question.takes_variables):
            return Verdict(f"the rewrite is not the same with {by} for {one.differs}", by)
    for one in functions:
        if one.differs:
            whole = f"({one.run.function} as a whole)"
            return Verdict(f"the rewrite is not the same with {by} for {one.differs} {whole}", by)
    if not any(one.is_same for one in (*pieces, *functions)):
        return Verdict(f"the rewrite could not be verified: {pieces[0].failed}", by)
    unverified = dict.fromkeys(_unverified(question, pieces, functions))
    ran = [one.run for one in (*pieces, *functions) if not one.failed]
    generated = dict.fromkeys(text for run in ran for text in run.generated)
    return Verdict("", by, tuple(unverified), tuple(generated))


def _unverified(
    question: Question, pieces: Sequence[Seen], functions: Sequence[Seen]
) -> Iterator[str]:
    """What was not run, in words that go on with "not", and why."""
    for piece, whole in zip(pieces, functions or pieces, strict=True):
        where = f" where {piece.run.way}" * bool(piece.run.way)
        around = f"{whole.run.function} around it"
        if whole.is_same:
            continue
        if not piece.is_same:
            yield f"{where.strip() or 'it'}: {piece.failed or whole.failed}"
        elif whole.part:
            yield f"{around} under `jit`{where}: {whole.part}"
        else:
            yield f"{around}{where}: {whole.failed}"
    yield from question.not_run
