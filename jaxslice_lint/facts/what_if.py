"""What would be if parameters of jitted functions were static, and what speaks against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from jaxslice_lint.facts.status import Step

#: Names of parameters that are supposed to be static, by the step at which a transform makes them traced.
WhatIf: TypeAlias = Mapping[Step, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why the parameter `name` cannot be static; `origin`, if a call passes it a tracer, is what made that one."""

    name: str
    why: str
    origin: Step | None = None
