"""The child process: runs both sides of rewrites on generated values. Needs JAX and NumPy, and nothing of this package.

Reads one request a line from standard input, JSON, and answers each with a line. It says first which JAX it has.
"""

import sys

if __name__ == "__main__" and sys.path and not sys.flags.isolated:
    del sys.path[0]  # the folder of this file, whose modules nobody else shall find

import importlib
import itertools
import json
import operator
import os
import random
import warnings
from collections.abc import Callable, Iterator
from typing import Any

#: How many shapes a rewrite is compared on, and how many are tried until then.
FRAMES, TRIES = 5, 500
#: How many values of the traced integers are tried, and compared, on the arrays of one frame.
MOST_STARTS, MOST_COMPARED = 40, 10
#: Rewrites of slices with a narrow start are wrong on long axes alone.
LONG = 200
_SAFE = (
    *(
        "abs all any bool dict divmod enumerate float int len list map max min pow range reversed".split()
    ),
    *("round set slice sorted sum tuple zip complex isinstance Ellipsis".split()),
)


class RejectedError(Exception):
    """The values are none that the rewrite is made for."""


class Ref:
    """A Pallas Ref as far as indices go: an array that changes."""

    def __init__(self, value: Any) -> None:
        self.value = value

    @property
    def shape(self) -> Any:
        return self.value.shape

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    def __getitem__(self, index: Any) -> Any:
        return self.value[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self.value = self.value.at[index].set(value)


class Guard:
    """Answers to the guarded slices of the original, and remembers whether one of them held an element."""

    def __init__(self) -> None:
        self.seen = 0

    def take(self, base: Any, index: list[Any], claims: list[tuple[Any, ...]]) -> Any:
        return base[self.index(base, index, claims)]

    def index(self, base: Any, index: list[Any], claims: list[tuple[Any, ...]]) -> Any:
        """The index as a tuple of plain integers where it was traced. Raises `RejectedError` out of bounds."""
        shape = getattr(base, "array", base).shape
        checked = list(index)
        for position, *claim in claims:
            size = shape[_axis(index, position, len(shape))]
            checked[position] = self._checked(index[position], size, *claim)
        return tuple(checked)

    def _checked(self, given: slice, n: int, size: Any, low: Any, high: Any) -> slice:
        bounds = (given.start, given.stop, given.step)
        start, stop, step = (None if b is None else operator.index(b) for b in bounds)
        plain = slice(start, stop, step)
        taken = range(n)[plain]
        if size is None:
            self._check_mask(start, stop, n, bool(low), bool(high))
        else:
            first = start if start is not None else 0
            last = stop if stop is not None else n
            count = max(0, -((first - last) // (step or 1)))
            held = (count - 1) * abs(step or 1) + 1 if count else 0
            if (last - first) * (step or 1) < 0 or not -n <= first <= n or len(taken) != count:
                raise RejectedError("the slice is cut off at an end of the axis")
            if held != operator.index(size):
                raise RejectedError(f"the slice never has the size {size} that it should have")
        self.seen += len(taken)
        return plain

    def _check_mask(
        self, start: int | None, stop: int | None, n: int, low: bool, high: bool
    ) -> None:
        """Bounds of a slice of traced size count from the end only where they are written so."""
        for bound, negated in ((start, low), (stop, high)):
            if bound is not None and not ((-n if negated else 0) <= bound <= n):
                raise RejectedError("a bound is beyond the axis")
        first, last, _ = slice(start, stop).indices(n)
        if first > last:
            raise RejectedError("the slice ends before it starts")


def _axis(index: list[Any], position: int, rank: int) -> int:
    """The axis that the element at `position` indexes."""
    before = index[:position]
    if any(one is Ellipsis for one in before):
        axis = rank - sum(map(_consumed, index[position:]))
    else:
        axis = sum(map(_consumed, before))
    if not 0 <= axis < rank:
        raise RejectedError("the index has more axes than the array")
    return axis


def _consumed(element: Any) -> int:
    if element is None or element is Ellipsis:
        return 0
    return getattr(element, "ndim", 1) if getattr(element, "dtype", None) == bool else 1


def span(start: Any, size: Any, step: int) -> slice:
    """The slice that a window stands for."""
    low, length = operator.index(start), operator.index(size)
    if step > 0:
        return slice(low, low + length, step)
    if low == 0:
        raise RejectedError("such a slice cannot be written")
    return slice(low + length - 1, low - 1, step)


class Generator:
    """Values for the unknowns of one fragment, on one frame: dimensions from which all shapes are made."""

    def __init__(self, seed: int, request: dict[str, Any]) -> None:
        self.rng = random.Random(seed)
        self.names = request["names"]
        self.seed = seed
        self.narrow = any(name["narrow"] for name in self.names)
        square = seed % 3 == 0
        pool = self.rng.sample([3, 4, 5, 6, 7, 8], 6)
        self.dims = [self.rng.choice([4, 5, 6])] * 6 if square else pool
        if self.narrow and seed % 2:
            self.dims = [LONG, LONG + 1, LONG + 2] if not square else [LONG] * 3
        self.sizes = [n for n in request["numbers"] if 0 < n < 9] or [1, 2]
        self.scalars = seed % 4 == 3
        self.operand = self._rank(next((n for n in self.names if n["kind"] in _ARRAYS), None))

    def values(self) -> dict[str, Any]:
        """A value for each unknown but the traced integers."""
        static = [n for n in self.names if n["kind"] == "int" and not n["traced"]]
        found: dict[str, Any] = {}
        for name in static:
            found[name["name"]] = self._integers(name, self.rng.randint(1, 3))
        self.sizes = [*self.sizes, *(v for v in found.values() if isinstance(v, int))]
        for name in self.names:
            if name["name"] not in found and not is_start(name):
                found[name["name"]] = self._value(name)
        return found

    def starts(self) -> Iterator[dict[str, Any]]:
        """Values for the traced integers: all, of one name; some, of several."""
        import numpy as np

        wanted = [name for name in self.names if is_start(name)]
        longest = max(self.dims[: max(self.operand, 1)])
        numbers = list(range(-longest - 1, longest + 3))
        if self.narrow:
            numbers = [n for n in numbers if -129 < n < 127]
            numbers = self.rng.sample(numbers, min(len(numbers), MOST_STARTS))
        combinations: Iterator[tuple[int, ...]]
        if len(wanted) <= 1:
            self.rng.shuffle(numbers)
            combinations = itertools.product(numbers, repeat=len(wanted))
        else:
            many = MOST_STARTS * 4 ** (len(wanted) - 1)
            combinations = (
                tuple(self.rng.choices(numbers, k=len(wanted))) for _ in range(min(many, 3000))
            )
        for values in combinations:
            made = {}
            for name, value in zip(wanted, values, strict=True):
                kind = np.int8 if name["narrow"] else np.int32
                made[name["name"]] = kind(value)
            yield made

    def _rank(self, name: dict[str, Any] | None) -> int:
        if name is None:
            return 1
        if name["rank"] is not None:
            return int(name["rank"])
        most = 2 if self.narrow else 4
        return min(
            max(name["least"], 1) + self.rng.choice([0, 0, 1, 1, 2]), max(most, name["least"])
        )

    def _value(self, name: dict[str, Any]) -> Any:
        import jax.numpy as jnp
        import numpy as np

        match name["kind"]:
            case "array" | "numpy" | "ref":
                rank = self.operand if name["rank"] is None else name["rank"]
                shape = self.dims[: max(rank, name["least"])]
                data = numbers_of(tuple(shape), self._dtype(name), self.seed)
                if name["kind"] == "numpy":
                    return np.asarray(data)
                return jnp.asarray(data)
            case "int":
                return self._integers(name, 0)
            case "index":
                return self._index()
            case "mask":
                at = name["axis"] if self.rng.random() < 0.7 else self.rng.randint(0, 2)
                shape = self.dims[at or 0 :][: name["rank"]]
                return np.asarray(numbers_of(tuple(shape), "bool", self.seed))
            case "slice":
                return slice(self.rng.choice([0, 1]), self.rng.choice([2, 3, None]))
            case "dtype":
                return np.dtype(self.rng.choice(["float32", "int32"]))
        return self._anything()

    def _dtype(self, name: dict[str, Any]) -> str:
        known = {"float": "float32", "int": "int32", "bool": "bool", "complex": "complex64"}
        dtype = name["dtype"]
        if dtype is None:
            return "int32" if self.seed % 5 == 1 else "float32"
        if name["kind"] == "numpy" and dtype in ("float64", "int64", "uint64"):
            return str(dtype).replace("64", "32")
        return known.get(dtype, dtype)

    def _integers(self, name: dict[str, Any], value: int) -> Any:
        import numpy as np

        rank = name["least"]
        if not rank:
            return value
        shape = tuple(self.dims[:rank])
        return (np.abs(numbers_of(shape, "int32", self.seed)) % 4).astype("int32")

    def _index(self) -> Any:
        import numpy as np

        choice = self.rng.random()
        if choice < 0.5:
            return self.rng.randint(0, 2)
        if choice < 0.8:
            return np.array(self.rng.sample([0, 1, 2], 2), dtype="int32")
        return np.array([[0, 2], [1, 0]], dtype="int32")

    def _anything(self) -> Any:
        """An array of a shape that may fit a window, or a number."""
        import jax.numpy as jnp

        if self.scalars:
            return self.rng.choice([2, 0.5, -3, 1])
        shape = list(self.dims[: max(self.operand, 1)])
        choice = self.rng.random()
        if choice < 0.75:
            for _ in range(self.rng.choice([1, 1, 1, 2])):
                shape[self.rng.randrange(len(shape))] = self.rng.choice(self.sizes)
            shape = shape[self.rng.choice([0, 0, 0, 1, 2]) :]
            if shape and self.rng.random() < 0.2:
                shape[self.rng.randrange(len(shape))] = 1
        elif choice < 0.9:
            shape = self.rng.sample([*self.dims, *self.sizes], self.rng.randint(1, 2))
        dtype = self.rng.choice(["float32", "float32", "int32"])
        return jnp.asarray(numbers_of(tuple(shape), dtype, self.seed + 1))


_ARRAYS = ("array", "numpy", "ref")


def is_start(name: dict[str, Any]) -> bool:
    """Whether an unknown is a traced integer, of which many values are tried."""
    return name["kind"] == "int" and name["traced"] and not name["least"]


def numbers_of(shape: tuple[int, ...], dtype: str, seed: int) -> Any:
    """Different numbers of both signs in no order; halves for floats, whose sums are exact."""
    import jax.numpy as jnp
    import numpy as np

    count = int(np.prod(shape)) if shape else 1
    flat = np.random.RandomState(seed % 2**31).permutation(count) - count // 3
    kind = jnp.dtype(dtype)
    if kind == jnp.bool_:
        values = flat % 2 == 0
    elif jnp.issubdtype(kind, jnp.unsignedinteger):
        values = (flat + count // 3) % 251
    elif jnp.issubdtype(kind, jnp.integer):
        values = (flat + 120) % 241 - 120 if kind.itemsize == 1 else flat
    else:
        values = flat * (0.5 if count < 400 else 0.25)
        values = values + 0.5
    return (
        np.asarray(values, dtype="float64" if values.dtype == object else None)
        .astype(kind)
        .reshape(shape)
    )


class Comparison:
    """One rewrite, compared on frame after frame."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        self.guard = Guard()
        self.before = load(request["before"], self.guard)
        self.after = load(request["after"], self.guard)
        self.frames = self.full = 0
        self.problem = "no values were tried"

    def verdict(self) -> dict[str, str]:
        """What comes out: `differs` or `failed` with the reason, or nothing if all is the same."""
        for seed in range(TRIES):
            generator = Generator(seed, self.request)
            try:
                compared, difference = self._frame(generator)
            except UnrunnableError as error:
                return {"failed": str(error)}
            if difference:
                return {"differs": difference}
            self.frames += compared > 0
            if self.frames >= FRAMES and (self.full or seed > TRIES // 4):
                break
        if self.frames < 2 or not self.full:
            return {"failed": f"no inputs were found on which the original runs ({self.problem})"}
        return {}

    def _frame(self, generator: Generator) -> tuple[int, str]:
        """Compare on the arrays of one frame: how many starts, and a difference."""
        values = generator.values()
        compared = unfit = 0
        run = None
        for starts in generator.starts():
            if not self.request["negative"] and any(v < 0 for v in starts.values()):
                continue
            self.guard.seen = 0
            try:
                expected = called(self.before, {**values, **starts})
            except RejectedError as error:
                self.problem = str(error)
                continue
            except Exception as error:
                self.problem = worded(error)
                unfit += 1
                if unfit > 1 and not compared:
                    break
                continue
            run = run or Jitted(self.after, values, starts)
            difference = run.difference(starts, expected)
            if difference:
                return (
                    compared,
                    f"{shown(self.request['names'], {**values, **starts})}: {difference}",
                )
            compared += 1
            self.full += bool(self.guard.seen)
            if compared >= MOST_COMPARED + 4 * bool(generator.narrow):
                break
        return compared, ""


class UnrunnableError(Exception):
    """The rewritten code cannot be traced, for another reason than that it is wrong."""


class Jitted:
    """The rewritten code under `jit`: arrays and traced integers are arguments, all else is constant."""

    def __init__(
        self, function: Callable[..., Any], values: dict[str, Any], starts: dict[str, Any]
    ) -> None:
        import jax

        arrays = {k: v for k, v in values.items() if isinstance(v, jax.Array)}
        fixed = {k: v for k, v in values.items() if k not in arrays}
        self.arrays = arrays
        self.run = jax.jit(lambda traced: called(function, {**fixed, **traced}))

    def difference(self, starts: dict[str, Any], expected: Any) -> str:
        """How the result differs from `expected`; empty if it is the same."""
        import jax

        try:
            actual = self.run({**self.arrays, **starts})
        except (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError) as error:
            raise UnrunnableError(
                f"the rewritten code cannot be traced alone: {worded(error)}"
            ) from error
        except Exception as error:
            if "static" in str(error) and isinstance(error, IndexError):
                raise UnrunnableError(
                    "another slice in the same code has to be rewritten first"
                ) from error
            return f"the rewritten code raises {worded(error)}"
        return compare(expected, actual)


def load(side: dict[str, Any], guard: Guard) -> Callable[..., Any]:
    """The function of one side, with nothing but what it may use."""
    import builtins

    scope: dict[str, Any] = {
        "__builtins__": {**{name: getattr(builtins, name) for name in _SAFE}, "locals": locals}
    }
    scope.update({"_take": guard.take, "_index": guard.index, "_span": span, "_slice": slice})
    for name, path in side["modules"].items():
        scope[name] = imported(path)
    exec(side["code"], scope)
    function = scope["fragment"]
    assert callable(function)
    return function  # type: ignore[no-any-return]


def imported(path: str) -> Any:
    """A module, or what stands in one."""
    for submodule in (
        (path, "jax.scipy.special", "jax.experimental.pallas") if path == "jax" else (path,)
    ):
        try:
            importlib.import_module(submodule)
        except ImportError:
            continue
    root, *rest = path.split(".")
    found = importlib.import_module(root)
    for name in rest:
        found = getattr(found, name)
    return found


def called(function: Callable[..., Any], values: dict[str, Any]) -> Any:
    """A call on values of its own: what is a Ref in the analysed code gets one, and is part of the result."""
    refs = {k: Ref(v) for k, v in values.items() if k in REFS}
    result = function(**{**values, **refs})
    return result, {k: ref.value for k, ref in refs.items()}


#: The names of the unknowns that are Refs in the request that is answered.
REFS: set[str] = set()


def compare(expected: Any, actual: Any) -> str:
    """How two results differ in structure, shape, dtype or value; empty if they do not."""
    import jax

    one, structure = jax.tree_util.tree_flatten(expected)
    other, other_structure = jax.tree_util.tree_flatten(actual)
    if structure != other_structure:
        return "the results have another structure"
    for a, b in zip(one, other, strict=True):
        if difference := compare_arrays(a, b):
            return difference
    return ""


def compare_arrays(expected: Any, actual: Any) -> str:
    """How two arrays differ; floats may by some units in the last place."""
    import jax.numpy as jnp
    import numpy as np

    a, b = jnp.asarray(expected), jnp.asarray(actual)
    if a.shape != b.shape:
        return f"shape {list(a.shape)} before, {list(b.shape)} after"
    if a.dtype != b.dtype:
        return f"dtype {a.dtype} before, {b.dtype} after"
    exact = not jnp.issubdtype(a.dtype, jnp.inexact)
    wide = "complex128" if jnp.issubdtype(a.dtype, jnp.complexfloating) else "float64"
    x, y = (
        (np.asarray(a), np.asarray(b))
        if exact
        else (np.asarray(a).astype(wide), np.asarray(b).astype(wide))
    )
    if exact:
        same = x == y
    else:
        finite = np.abs(x[np.isfinite(x)])
        unit = float(jnp.finfo(a.dtype).eps) * 64
        scale = finite.max() if finite.size else 0.0
        same = np.isclose(x, y, rtol=unit, atol=unit * max(float(scale), 1e-3), equal_nan=True)
    if same.all():
        return ""
    place = tuple(int(i) for i in np.argwhere(~np.asarray(same))[0])
    where = f" at {list(place)}" if place else ""
    return f"{x[place]} before and {y[place]} after{where}"


def shown(names: list[dict[str, Any]], values: dict[str, Any]) -> str:
    """The inputs in words: `x: float32[5, 4], i = 2`."""
    return ", ".join(_shown(name["text"], values[name["name"]]) for name in names) or "no inputs"


def _shown(text: str, value: Any) -> str:
    shape = getattr(value, "shape", None)
    if shape is None or shape == ():
        return f"{text} = {value}"
    return f"{text}: {value.dtype}{list(shape)}"


def worded(error: BaseException) -> str:
    """The first line of an exception."""
    line = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {line[:200]}" if line else type(error).__name__


def answer(request: dict[str, Any]) -> dict[str, str]:
    """The answer to one request."""
    REFS.clear()
    REFS.update(name["name"] for name in request["names"] if name["kind"] == "ref")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Comparison(request).verdict()
    except Exception as error:
        return {"failed": f"it could not be run: {worded(error)}"}


def main() -> None:
    """Answer requests until there are no more. What libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(message: dict[str, str]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    try:
        import jax
        import jax.numpy
    except Exception as error:
        say({"problem": worded(error)})
        return
    say({"jax": jax.__version__})
    for line in sys.stdin:
        say(answer(json.loads(line)))


if __name__ == "__main__":
    main()
