"""What a rule is: texts, from which its page and `--explain` are made, examples, which are its tests, and a check."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from textwrap import dedent
from typing import Generic, TypeAlias, TypeVar

from jaxslice_lint.facts.misuse import Misuse
from jaxslice_lint.facts.site import Site
from jaxslice_lint.rewrite.text.edit import Fix, NoRewriteError
from jaxslice_lint.rules.file import File

#: What the analysis says of one place in the code, and rules judge.
Fact: TypeAlias = Site | Misuse
_HANDLED = "the program also reaches it where a `try` handles the error"
_FactT = TypeVar("_FactT", Site, Misuse)


@dataclass(frozen=True, slots=True)
class Example:
    """A program with one finding of its rule. `after` is the program rewritten with `style`, or
    None if there is no rewrite.

    `instead` shows what a person can write where the rule has no rewrite.
    """

    before: str
    after: str | None = None
    style: str = "lax"
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """What is said of a fact that breaks a rule. Without a `fix`, `no_fix` says why there is none."""

    message: str
    fix: Fix | None = None
    no_fix: str = ""


@dataclass(frozen=True, slots=True)
class Check(Generic[_FactT]):
    """What breaks a rule: facts of one kind, `about`, of which `breaks` is true.

    `message` says in one line what is wrong; `fix` rewrites it, or raises `NoRewriteError` to say why it cannot.
    """

    about: type[_FactT]
    breaks: Callable[[_FactT, File], bool]
    message: Callable[[_FactT, File], str]
    fix: Callable[[_FactT, File], Fix]

    def violation(self, fact: Fact, file: File) -> Violation | None:
        """What is to be said of a fact; None if it does not break the rule."""
        if not isinstance(fact, self.about) or not self.breaks(fact, file):
            return None
        message = self.message(fact, file)
        try:
            return Violation(message, _doubted(fact, self.fix(fact, file)))
        except NoRewriteError as refusal:
            return Violation(message, no_fix=str(refusal))
        except (RecursionError, MemoryError):
            return Violation(message, no_fix="the code around it is nested too deeply")


def _doubted(fact: Fact, fix: Fix) -> Fix:
    """`fix`; it is unsafe if the program goes on in another way, where it handles the error today."""
    if not fact.handled:
        return fix
    caution = "; ".join(filter(None, (fix.caution, _HANDLED)))
    return replace(fix, safe=False, caution=caution)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. The texts are Markdown; the first invalid example is the one its page shows.

    `check` finds what breaks it; rules about a file as a whole have none. Where there is no rewrite, `remedy` says
    what a person can do. `is_cured_by_static_size`: a finding goes away if the traced size becomes a static argument.
    """

    code: str
    name: str
    summary: str
    what_it_does: str
    why_bad: str
    fix_safety: str
    invalid: tuple[Example, ...]
    valid: tuple[str, ...]
    references: tuple[str, ...]
    check: Check[Site] | Check[Misuse] | None = None
    remedy: str = ""
    is_cured_by_static_size: bool = False

    @property
    def has_rewrite(self) -> bool:
        """Whether an example of the rule is rewritten."""
        return any(example.after is not None for example in self.invalid)

    @property
    def page(self) -> str:
        """The rule's documentation."""
        shown = self.invalid[0]
        sections = {
            "What it does": prose(self.what_it_does),
            "Why is this bad?": prose(self.why_bad),
            "Example": _code(shown.before),
            "Use instead": _code(shown.after or shown.instead),
            "Fix safety": prose(self.fix_safety),
            "References": "\n".join(f"- {reference}" for reference in self.references),
        }
        title = f"# {self.name} ({self.code})\n\n{self.summary}.\n"
        return title + "".join(f"\n## {head}\n\n{text}\n" for head, text in sections.items())


def prose(text: str) -> str:
    """`text` as it is written in a rule's file, without its indentation."""
    return dedent(text).strip()


def program(text: str) -> str:
    """A program as it is written in a rule's file, without its indentation and the line break
    before it."""
    return dedent(text).lstrip("\n")


def _code(text: str) -> str:
    return f"```python\n{program(text)}```"
