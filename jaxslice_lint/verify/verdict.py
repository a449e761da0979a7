"""What running a rewrite showed."""

import ast
from dataclasses import dataclass, field

#: Why code is not run of which the tree is too high to be walked.
TOO_DEEP = "its code is nested too deeply"


class VerifyError(Exception):
    """Nothing can be verified: the message says in one line what the child process lacks or did."""


class NotRunnableError(Exception):
    """This rewrite cannot be run on its own; the message says why, in words for the user."""


def would_run(node: ast.AST | str) -> str:
    """Why code is not run that needs `node`, which is the user's."""
    return f"it would take running `{shortened(node)}`, which is not done"


def shortened(node: ast.AST | str) -> str:
    """Code on one line, and not more of it than one likes to read."""
    text = " ".join((node if isinstance(node, str) else ast.unparse(node)).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusal`: why the rewrite must not be written; empty if both sides were found to be the same.

    `by`: the JAX that ran it, empty where there was nothing to run. `unverified`: what of it was not run, and why;
    `generated`: what was called there, and got a generated value in place of being run.
    """

    refusal: str = ""
    by: str = ""
    unverified: tuple[str, ...] = ()
    generated: tuple[str, ...] = field(default=(), compare=False)
