"""The rewritten code under `jit`, `vmap` and `grad`, beside what the original gave."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from jaxslice_lint.verify.child.compare import Result, compare, compare_arrays, split, worded
from jaxslice_lint.verify.child.scope import Function, Values

#: What tracing raises where it needs a value: of an unknown that is static in the program, or in another slice.
_NEEDS_VALUE = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.NonConcreteBooleanIndexError,
)


class UnrunnableError(Exception):
    """The rewritten code cannot be traced, for another reason than that it is wrong."""


class NeedsValueError(UnrunnableError):
    """It asks for the value of a tracer; `raised` says what JAX raises for that."""

    def __init__(self, raised: str) -> None:
        super().__init__(f"the rewritten code cannot be traced on its own: {raised}")
        self.raised = raised


class OtherSliceError(UnrunnableError):
    """It cannot be traced since there is another slice in it that JAX refuses."""


class Rewritten:
    """The rewritten code on the arrays of one frame: they and traced integers are arguments, all else is constant.

    `compiled` is False to run it as it is, where something else in it keeps it from being traced. `masked`: it has
    masks in place of slices.
    """

    def __init__(
        self, function: Function, values: Values, *, masked: bool, compiled: bool = True
    ) -> None:
        self.arrays = {k: v for k, v in values.items() if isinstance(v, jax.Array)}
        self._fixed = {k: v for k, v in values.items() if k not in self.arrays}
        self._function = function
        self._compiled, self._masked = compiled, masked
        self._run = jax.jit(self._arrays) if compiled else self._arrays
        self._last = Result([], [], "")

    def difference(self, starts: Values, expected: Result) -> str:
        """How the result differs from `expected`; empty if it is the same. Raises `UnrunnableError`."""
        try:
            arrays = self._run(self.arrays, starts)
        except _NEEDS_VALUE as error:
            raise NeedsValueError(worded(error)) from error
        except Exception as error:
            if "concrete values" in str(error):
                raise NeedsValueError(worded(error)) from error
            if self._compiled and isinstance(error, IndexError) and "static" in str(error):
                problem = "another slice in the same code has to be rewritten first"
                raise OtherSliceError(problem) from error
            return f"the rewritten code raises {worded(error)}"
        return compare(expected, self._result(arrays), self._masked)

    def difference_of_many(self, seen: Sequence[tuple[Values, Result]]) -> str:
        """How the results under `vmap` over the traced integers differ."""
        if not self._compiled or len(seen) < 2 or not seen[0][0]:
            return ""
        stacked = {name: jnp.stack([starts[name] for starts, _ in seen]) for name in seen[0][0]}
        try:
            rows = jax.jit(jax.vmap(self._arrays, in_axes=(None, 0)))(self.arrays, stacked)
        except Exception as error:
            return f"under `vmap`, the rewritten code raises {worded(error)}"
        for place, (_, expected) in enumerate(seen):
            actual = self._result([row[place] for row in rows])
            if found := compare(expected, actual, self._masked):
                return f"under `vmap`, {found}"
        return ""

    def difference_of_gradient(self, original: Function, starts: Values) -> str:
        """How the gradient of a projection of the results differs; empty where the original has none."""
        floats = {k: v for k, v in self.arrays.items() if jnp.issubdtype(v.dtype, jnp.floating)}
        others = {k: v for k, v in self.arrays.items() if k not in floats}

        def before(known: Values) -> Any:
            values = {**self._fixed, **others, **known, **starts}
            return _projected(split(original(values)).arrays)

        def after(known: Values, given: Values) -> Any:
            return _projected(self._arrays({**others, **known}, given))

        try:
            expected = jax.grad(before)(floats)
        except Exception:
            return ""
        try:
            gradient = jax.grad(after)
            actual = (jax.jit(gradient) if self._compiled else gradient)(floats, starts)
        except Exception as error:
            return f"under `grad`, the rewritten code raises {worded(error)}"
        for name in floats:
            if found := compare_arrays(expected[name], actual[name]):
                return f"under `grad`, {found}"
        return ""

    def _arrays(self, arrays: Values, starts: Values) -> list[Any]:
        result = self._last = split(self._function({**self._fixed, **arrays, **starts}))
        return [jnp.asarray(one) for one in result.arrays]

    def _result(self, arrays: list[Any]) -> Result:
        """What was traced last, with these values."""
        return replace(self._last, arrays=arrays)


def is_traceable(function: Function, values: Values, starts: Values) -> bool:
    """Whether code can be traced with arrays whose values are not known, but for integers which are."""
    arrays = {name: value for name, value in values.items() if isinstance(value, jax.Array)}
    known = {name: int(value) for name, value in starts.items()}
    try:
        jax.eval_shape(lambda some: split(function({**values, **some, **known})).arrays, arrays)
    except Exception:
        return False
    return True


def _projected(arrays: Sequence[Any]) -> Any:
    """One number of all floats. Raises `TypeError` if there are none."""
    floats = [jnp.asarray(one) for one in arrays]
    floats = [one for one in floats if jnp.issubdtype(one.dtype, jnp.floating)]
    if not floats:
        raise TypeError("nothing to differentiate")
    weights = np.random.RandomState(0)
    return sum(
        (one * weights.uniform(0.5, 1.5, one.shape).astype("float32")).sum() for one in floats
    )
