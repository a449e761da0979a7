"""What the index of a file holds: its functions, classes and other names, and the scopes in which they are found."""

import ast
from dataclasses import dataclass, field

from jaxslice_lint.tracing.calls.activations import CONSTRUCTORS


@dataclass(slots=True)
class Definition:
    """A function, class or other name, and what can be reached through it.

    `mentions`: names that are not its own local variables, and attributes, those of its inner functions included.
    `holds_slice`: it holds a slice with a bound that is not a literal, `is_candidate`: that, or what may be another
    misuse.
    `makes`: it returns functions or objects.
    `made_by`: the name stands for what a call of that function or class returns.
    """

    name: str
    mentions: set[str] = field(default_factory=set)
    holds_slice: bool = False
    is_candidate: bool = False
    makes: bool = False
    made_by: str = ""


@dataclass(slots=True)
class Index:
    """The definitions of one file; `functions` by the identity of their nodes.

    `mentions`: what the file mentions outside of functions. `callables`: its classes with methods that are called
    without their names. `heirs`: its classes, each with one of its bases before it.
    """

    definitions: list[Definition] = field(default_factory=list)
    functions: dict[int, Definition] = field(default_factory=dict)
    mentions: set[str] = field(default_factory=set)
    callables: set[str] = field(default_factory=set)
    heirs: list[tuple[str, str]] = field(default_factory=list)
    has_candidates: bool = False


@dataclass(slots=True)
class Scope:
    """A function, class or module while it is walked.

    `bound`: its local variables, `parameters` among them; `assigned`: what the others are given. `kept`: names by
    which other functions find what is assigned to them. `inner`: the functions defined in it. `aliases`: names under
    which others hand on what a name of this scope stands for. `stored`: the names to whose elements it assigns;
    `makes`: whether a name is always bound to a container that is made there.
    """

    definition: Definition
    is_class: bool = False
    is_function: bool = False
    bound: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    inner: dict[str, Definition] = field(default_factory=dict)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    parameters: set[str] = field(default_factory=set)
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)
    kept: list[tuple[str, ast.expr]] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)
    makes: dict[str, bool] = field(default_factory=dict)


def parts_of(name: str) -> str:
    """Stands for what is passed to a class, and can be had from the fields of its objects."""
    return f"{name}()"


def any_of(name: str) -> str:
    """Stands for the methods that need no name of an object of a class, or of a subclass."""
    return f"any {name}"


def passed_to(scope: Scope, outer: Scope) -> str:
    """Stands for what a function is passed, which is defined in `outer`: a constructor's is passed to its class."""
    is_constructor = outer.is_class and scope.definition.name in CONSTRUCTORS
    return parts_of((outer if is_constructor else scope).definition.name)
