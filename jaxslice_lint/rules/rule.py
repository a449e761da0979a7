"""What a rule is: data from which its page, `--explain` and its example tests are made."""

from dataclasses import dataclass
from textwrap import dedent


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
class Rule:
    """One rule. The texts are Markdown; the first invalid example is the one its page shows.

    `trouble` continues the message after the traced bounds. Where there is no rewrite, `remedy`
    says what a person can do; `no_rewrite`, why the rule never has one.
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
    trouble: str = ""
    remedy: str = ""
    no_rewrite: str = ""

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
