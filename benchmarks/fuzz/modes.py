"""Two other ways to run JAX: without traces, which tells what a program means, and with traces that nobody compiles."""

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from unittest import mock

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


@contextlib.contextmanager
def eagerly() -> Iterator[None]:
    """No function that the program hands to JAX sees a tracer, but those of `grad`, which leaves integers alone.

    `jax.disable_jit` covers `jit` and the loops. It leaves `vmap` as it is, so that one becomes a loop; and of `cond`
    and `switch` the branches that are not taken are run as well, only to see what the slices in them would give.
    """
    with (
        _disabled_jit(),
        mock.patch.object(jax, "vmap", _vmap),
        mock.patch.object(lax, "cond", functools.partial(_cond, lax.cond)),
        mock.patch.object(lax, "switch", functools.partial(_switch, lax.switch)),
    ):
        yield


@contextlib.contextmanager
def _disabled_jit() -> Iterator[None]:
    """`jax.disable_jit`, for the threads that the program starts, too."""
    before = jax.config.jax_disable_jit
    jax.config.update("jax_disable_jit", True)
    try:
        yield
    finally:
        jax.config.update("jax_disable_jit", before)


@contextlib.contextmanager
def without_compiling() -> Iterator[None]:
    """Whatever the program would compile at top level is only traced, and gives zeros: enough for who looks at traces.

    `vmap` and `grad` stay as they are, since they leave concrete what they do not map or differentiate.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(jax, "jit", functools.partial(_jit, jax.jit)))
        for name, functions in _LOOPS.items():
            only_traced = functools.partial(_only_traced, getattr(lax, name), functions)
            stack.enter_context(mock.patch.object(lax, name, only_traced))
        yield


#: Functions that trace what they are given, with the positions of what is no array.
_LOOPS = {
    "scan": (0,),
    "map": (0,),
    "fori_loop": (0, 1, 2),
    "while_loop": (0, 1),
    "cond": (1, 2),
    "switch": (1,),
}


def _jit(real: Callable[..., Any], fun: Any = None, **options: Any) -> Any:
    if fun is None:
        return functools.partial(_jit, real, **options)
    jitted = real(fun, **options)

    @functools.wraps(fun)
    def called(*args: Any, **named: Any) -> Any:
        if not jax._src.core.trace_state_clean():
            return jitted(*args, **named)
        return _zeros(jitted.eval_shape(*args, **named))

    return called


def _only_traced(
    real: Callable[..., Any], functions: tuple[int, ...], *args: Any, **options: Any
) -> Any:
    if not jax._src.core.trace_state_clean():
        return real(*args, **options)
    arrays = {k: value for k, value in enumerate(args) if k not in functions}

    def traced(given: dict[int, Any]) -> Any:
        return real(*(given.get(k, value) for k, value in enumerate(args)), **options)

    return _zeros(jax.eval_shape(traced, arrays))


def _zeros(shapes: Any) -> Any:
    return jax.tree.map(lambda one: jnp.asarray(np.zeros(one.shape, one.dtype)), shapes)


def _vmap(
    fun: Callable[..., Any], in_axes: Any = 0, out_axes: int = 0, **_: Any
) -> Callable[..., Any]:
    """`jax.vmap` as a loop, for axes that are the same in all of an argument."""

    def mapped(*args: Any, **options: Any) -> Any:
        axes = in_axes if isinstance(in_axes, tuple | list) else (in_axes,) * len(args)
        pairs = [*zip(args, axes, strict=True), *((value, 0) for value in options.values())]
        size = next(
            jnp.shape(leaf)[axis]
            for value, axis in pairs
            if axis is not None
            for leaf in jax.tree.leaves(value)
        )
        results = []
        for k in range(size):
            picked = [_picked(value, axis, k) for value, axis in pairs]
            named = dict(zip(options, picked[len(args) :], strict=True))
            results.append(fun(*picked[: len(args)], **named))
        return jax.tree.map(
            lambda *parts: jnp.stack([*map(jnp.asarray, parts)], out_axes), *results
        )

    return mapped


def _picked(value: Any, axis: int | None, k: int) -> Any:
    if axis is None:
        return value
    return jax.tree.map(lambda leaf: jnp.moveaxis(jnp.asarray(leaf), axis, 0)[k], value)


def _cond(real: Callable[..., Any], pred: Any, true: Any, false: Any, *operands: Any) -> Any:
    with contextlib.suppress(Exception):
        (false if pred else true)(*operands)
    return real(pred, true, false, *operands)


def _switch(
    real: Callable[..., Any], index: Any, branches: Sequence[Callable[..., Any]], *operands: Any
) -> Any:
    for branch in branches:
        with contextlib.suppress(Exception):
            branch(*operands)
    return real(index, branches, *operands)
