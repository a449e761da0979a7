"""One rewrite: original and rewritten code run on the same values, until enough is compared."""

import builtins
import importlib
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import jax

from jaxslice_lint.verify.child.compare import compare, shown, worded
from jaxslice_lint.verify.child.guard import Guard, Ref, RejectedError, span
from jaxslice_lint.verify.child.values import Generator, Unknown, is_negative

#: How many shapes a rewrite is compared on, and how many are tried until then.
FRAMES, TRIES = 5, 500
#: How many starts are compared on the arrays of one frame.
MOST_COMPARED = 10
#: Seconds after which no more inputs are looked for.
PATIENCE = 30.0
_SAFE = (
    *("abs", "all", "any", "bool", "dict", "divmod", "enumerate", "float", "int", "len", "list"),
    *("map", "max", "min", "pow", "range", "reversed", "round", "set", "slice", "sorted", "sum"),
    *("tuple", "zip", "complex", "isinstance", "Ellipsis", "locals"),
)
#: What tracing raises where it needs a value: of an unknown that is static in the program, or in another slice.
_NEEDS_VALUE = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
)
_Values = Mapping[str, Any]
_Function = Callable[[_Values], Any]


class UnrunnableError(Exception):
    """The rewritten code cannot be traced, for another reason than that it is wrong."""


def answer(request: dict[str, Any]) -> dict[str, str]:
    """What comes out of one rewrite: `differs` or `failed` with the reason, or nothing if all is the same."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Trial(request).verdict()
    except UnrunnableError as error:
        return {"failed": str(error)}
    except Exception as error:
        return {"failed": f"it could not be run: {worded(error)}"}


class Trial:
    """One rewrite, compared on frame after frame: arrays of some shapes, with many starts each."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.unknowns = [Unknown(**known) for known in request["unknowns"]]
        self.numbers: list[int] = request["numbers"]
        self.negative: bool = request["negative"]
        self.guard = Guard()
        refs = frozenset(one.name for one in self.unknowns if one.kind == "ref")
        self.before = load(request["before"], self.guard, refs)
        self.after = load(request["after"], self.guard, refs)
        self.frames = self.full = 0
        self.problem = "no values were tried"

    def verdict(self) -> dict[str, str]:
        """Compare until there is a difference, or enough without one."""
        deadline = time.monotonic() + PATIENCE
        for seed in range(TRIES):
            compared, difference = self._frame(Generator(seed, self.unknowns, self.numbers))
            if difference:
                return {"differs": difference}
            self.frames += compared > 0
            if (self.frames >= FRAMES and self.full) or time.monotonic() > deadline:
                break
        if self.frames < 2 or not self.full:
            return {"failed": f"no inputs were found on which the original runs ({self.problem})"}
        return {}

    def _frame(self, generator: Generator) -> tuple[int, str]:
        """Compare on the arrays of one frame: on how many starts that was possible, and a difference."""
        values = generator.values()
        rewritten = Jitted(self.after, values)
        compared = unfit = 0
        for starts in generator.starts():
            if not self.negative and any(map(is_negative, starts.values())):
                continue
            self.guard.seen = 0
            try:
                expected = self.before({**values, **starts})
            except RejectedError as error:
                self.problem = str(error)
                continue
            except Exception as error:
                self.problem = worded(error)
                unfit += 1
                if unfit > 1 and not compared:
                    break  # the shapes do not fit
                continue
            if difference := rewritten.difference(starts, expected):
                inputs = shown(self.unknowns, {**values, **starts})
                return compared, f"{inputs}: {difference}"
            compared += 1
            self.full += self.guard.seen > 0
            if compared >= MOST_COMPARED:
                break
        return compared, ""


class Jitted:
    """The rewritten code under `jit`: arrays and traced integers are arguments, all else is constant."""

    def __init__(self, function: _Function, values: _Values) -> None:
        self.arrays = {k: v for k, v in values.items() if isinstance(v, jax.Array)}
        fixed = {k: v for k, v in values.items() if k not in self.arrays}
        self.run = jax.jit(lambda traced: function({**fixed, **traced}))

    def difference(self, starts: _Values, expected: Any) -> str:
        """How the result differs from `expected`; empty if it is the same. Raises `UnrunnableError`."""
        try:
            actual = self.run({**self.arrays, **starts})
        except _NEEDS_VALUE as error:
            problem = f"the rewritten code cannot be traced on its own: {worded(error)}"
            raise UnrunnableError(problem) from error
        except Exception as error:
            if isinstance(error, IndexError) and "static" in str(error):
                problem = "another slice in the same code has to be rewritten first"
                raise UnrunnableError(problem) from error
            return f"the rewritten code raises {worded(error)}"
        return compare(expected, actual)


def load(side: dict[str, Any], guard: Guard, refs: frozenset[str]) -> _Function:
    """One side as a function of its values, with nothing in its scope but what it may use.

    What is a Ref in the analysed code is one for each call, and what it holds in the end part of the result.
    """
    scope: dict[str, Any] = {"__builtins__": {name: getattr(builtins, name) for name in _SAFE}}
    scope.update({"_take": guard.take, "_index": guard.index, "_span": span, "_slice": slice})
    for path in side["paths"]:
        imported(path)  # the name of a package alone does not load its submodules
    scope.update({name: imported(path) for name, path in side["modules"].items()})
    exec(side["code"], scope)

    def call(values: _Values) -> Any:
        made = {name: Ref(values[name]) for name in refs}
        result = scope["fragment"](**{**values, **made})
        return result, {name: ref.value for name, ref in made.items()}

    return call


def imported(path: str) -> Any:
    """A module, or what stands in one."""
    name = path
    while name:
        try:
            found = importlib.import_module(name)
            break
        except ImportError:
            name = name.rpartition(".")[0]
    else:
        raise ImportError(f"{path} cannot be imported")
    for attribute in path.removeprefix(name).split(".")[1:]:
        found = getattr(found, attribute)
    return found
