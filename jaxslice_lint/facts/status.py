"""Whether a value is known while JAX traces, and how it came to be traced."""

from dataclasses import field
from enum import Enum
from pathlib import Path

from jaxslice_lint.source.immutable import immutable
from jaxslice_lint.source.text import Span


class Status(Enum):
    """Whether a value is known while JAX traces."""

    ABSENT = "absent"
    STATIC = "static"
    TRACED = "traced"
    UNKNOWN = "unknown"

    __hash__ = (
        object.__hash__
    )  # that of Enum is written in Python, and this one is asked all the time


class Sign(Enum):
    """What is known of the sign of an integer, or of all elements of an array."""

    ANY = "any"
    NON_NEGATIVE = "not negative"
    POSITIVE = "positive"

    __hash__ = object.__hash__


@immutable
class Step:
    """One step of a trace path: where, and what happens there.

    `argument`: the parameter through which a transform makes a value traced there, if it could be a static one.
    `advice`: how the program could keep the value static instead, if it needs no more than other code.
    `error`: what JAX raises when the value is asked for, before it comes to the slice; empty if nobody asks.
    """

    path: Path
    span: Span
    note: str
    argument: str = field(default="", compare=False)
    advice: str = field(default="", compare=False)
    error: str = field(default="", compare=False)
