"""Calls that a reader of the program hardly sees: a rewrite must be right for them too."""

import re

from fuzz.templates import expressions, templates
from fuzz.world import World

#: Expressions for a call of `F` with the arguments `A` (and `A0`, the first, `AS`, the others).
_EXPRESSIONS = expressions("obscure_calls")
#: Definitions for a call on the host, with `G` for a fresh name and `X` for an array, and what to print.
_DEFINITIONS = templates("hidden_calls")


def obscurely(world: World, ref: str, arguments: list[str]) -> str:
    """A call of a function in an expression that hides it. The first argument is an array."""
    text = world.dice.choice(_EXPRESSIONS)
    return _filled(text, ref, arguments)


def hidden(world: World, ref: str, array: str, arguments: list[str]) -> None:
    """Print what a function gives on the host, by way of a definition that hides the call."""
    template = world.dice.choice(_DEFINITIONS)
    name = world.fresh("held", "Kept", "run", "Pipeline", "Job", "maker")
    world.parts.append(f"hidden:{template.title}")

    def filled(text: str) -> str:
        text = re.sub(r"\bX\b", array, re.sub(r"(?<![A-Z])G\b", name, text))
        return _filled(text, ref, [array, *arguments])

    world.define(filled(template.statements))
    world.show(filled(template.expression))


def _filled(text: str, ref: str, arguments: list[str]) -> str:
    names = {
        "AS": ", ".join(arguments[1:]),
        "A0": arguments[0],
        "A": ", ".join(arguments),
        "F": ref,
    }
    for word, new in names.items():
        text = re.sub(rf"(?<![\w'.]){word}\b(?!')", new.replace("\\", r"\\"), text)
    return text
