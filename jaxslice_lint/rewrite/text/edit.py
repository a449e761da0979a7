"""Edits as text spans, and the fix that a finding carries."""

from dataclasses import dataclass, field


class NoRewriteError(Exception):
    """There is no right rewrite; the message says why, in words for the user."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters `start:end` (offsets into `Source.text`) by `content`; `rank` orders edits at a place.

    `unbroken`: the content before its lines were broken; empty for one that is as it was written.
    """

    start: int
    end: int
    content: str
    rank: int = 0
    unbroken: str = field(default="", compare=False)

    def __lt__(self, other: "Edit") -> bool:
        return self._key < other._key

    @property
    def code(self) -> str:
        """What is broken anew where other edits come to its lines."""
        return self.unbroken or self.content

    @property
    def _key(self) -> tuple[int, int, int, str]:
        return self.start, self.end, self.rank, self.content


@dataclass(frozen=True, slots=True)
class Fix:
    """One rewrite: `edits[0]` replaces the site, or with `is_around` code around it, the others add an import.
    `message` says in the imperative what it does."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool
    #: Why an unsafe fix is unsafe, in words; empty for a safe one.
    caution: str = ""
    is_around: bool = False
    #: What it does otherwise where the program is wrong anyway, in words; that makes no fix unsafe.
    note: str = ""
