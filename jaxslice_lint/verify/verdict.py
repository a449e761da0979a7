"""What running a rewrite showed."""

from dataclasses import dataclass


class VerifyError(Exception):
    """Nothing can be verified: the message says in one line what the child process lacks or did."""


class NotRunnableError(Exception):
    """This rewrite cannot be run on its own; the message says why, in words for the user."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusal`: why the rewrite must not be written; empty if both sides were found to be the same.

    `by`: the JAX that ran it, empty where there was nothing to run.
    """

    refusal: str = ""
    by: str = ""
