"""What an API calls its functions with, as a probe sees it and as the row says."""

from collections.abc import Callable
from typing import Any

import jax
import jax.experimental.checkify
import jax.experimental.compute_on
import jax.experimental.custom_partitioning
import jax.experimental.pallas as pl
import jax.experimental.pallas.tpu as pltpu
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax_probes import (
    MATRIX,
    SCALAR,
    Probe,
    X,
    public,
    resolve,
    rows_of,
)

from jaxslice_lint.jax_model.control_flow import CALLERS
from jaxslice_lint.jax_model.schema import Body, Caller, Source

_first: Callable[..., Any] = lambda *args: args[0]  # noqa: E731
_second: Callable[..., Any] = lambda *args: args[1]  # noqa: E731
_nothing: Callable[..., Any] = lambda *_args: None  # noqa: E731
_float: Callable[..., Any] = lambda *_args: np.float32(0)  # noqa: E731
_pair: Callable[..., Any] = lambda *args: args  # noqa: E731
_double: Callable[..., Any] = lambda *args: args[0] * 2.0  # noqa: E731
_add: Callable[..., Any] = lambda a, b: a * b + 1  # noqa: E731
_solve: Callable[..., Any] = lambda _f, y: y / 2.0  # noqa: E731
_total: Callable[..., Any] = lambda *args: (args[0] ** 2).sum()  # noqa: E731
_NUMBERS = lax.ScatterDimensionNumbers((), (0,), (0,))

#: A call of each API: `f.name(result)` makes the probe for its function `name`.
CALLS: dict[str, Callable[[Any, Any], Any]] = {
    "jax.lax.fori_loop": lambda api, f: api(0, 3, f.body_fun(_second), 5),
    "jax.lax.while_loop": lambda api, f: api(
        f.cond_fun(lambda c: c < 3), f.body_fun(lambda c: c + 1), 0
    ),
    "jax.lax.scan": lambda api, f: api(f.f(_pair), 0, jnp.arange(3)),
    "jax.lax.map": lambda api, f: api(f.f(_first), jnp.arange(3)),
    "jax.lax.associative_scan": lambda api, f: api(f.fn(_add), jnp.arange(5)),
    "jax.lax.reduce": lambda api, f: api(X, np.float32(0), f.computation(_add), (0,)),
    "jax.lax.reduce_window": lambda api, f: api(
        X, np.float32(0), f.computation(_add), (2,), (1,), "VALID"
    ),
    "jax.lax.scatter_apply": lambda api, f: api(
        jnp.asarray(X), jnp.array([[1]]), f.func(_double), _NUMBERS, update_shape=(1,)
    ),
    "jax.lax.cond": lambda api, f: api(True, f.true_fun(_first), f.false_fun(_first), 3, 4),
    "jax.lax.switch": lambda api, f: api(0, [f.branches(_first), f.branches(_second)], 3, 4),
    "jax.lax.platform_dependent": lambda api, f: api(
        3, cpu=f.cpu(_first), default=f.default(_first)
    ),
    "jax.numpy.piecewise": lambda api, f: api(
        X, [X < 2], [f.funclist(_first), f.funclist(_first)], 3
    ),
    "jax.lax.custom_root": lambda api, f: api(
        f.f(lambda x: x - 2.0), 1.0, f.solve(lambda _g, x: x), f.tangent_solve(_solve)
    ),
    "jax.lax.custom_linear_solve": lambda api, f: api(
        f.matvec(_double), jnp.asarray(X), f.solve(_solve), f.transpose_solve(_solve)
    ),
    **{
        f"jax.scipy.sparse.linalg.{name}": lambda api, f: api(
            f.A(_double), jnp.asarray(X), M=f.M(_first)
        )
        for name in ("cg", "bicgstab", "gmres")
    },
    "jax.experimental.sparse.linalg.lobpcg_standard": lambda api, f: api(
        f.A(_double), jnp.eye(20)[:, :2], m=2
    ),
    "jax.experimental.ode.odeint": lambda api, f: api(
        f.func(_double), jnp.asarray(X), jnp.arange(2.0), 3
    ),
    "jax.scipy.optimize.minimize": lambda api, f: api(
        f.fun(_total), jnp.asarray(X), (3,), method="BFGS"
    ),
    "jax.vjp": lambda api, f: api(f.fun(_second), 3, 4),
    "jax.linearize": lambda api, f: api(f.fun(_second), 3, 4),
    "jax.jvp": lambda api, f: api(f.fun(_first), (3,), (np.zeros((), jax.dtypes.float0),)),
    "jax.experimental.jet.jet": lambda api, f: api(f.fun(_first), (X, 3), ((X,), (0.0,))),
    "jax.custom_derivatives.linear_call": lambda api, f: jax.linear_transpose(
        lambda x: api(f.fun(lambda _r, x: x * 2.0), f.fun_transpose(lambda _r, x: x * 2.0), 3, x), X
    )(X),
    "jax.linear_transpose": lambda api, f: api(f.fun(_double), X),
    "jax.eval_shape": lambda api, f: api(f.fun(_first), 3, 4),
    "jax.closure_convert": lambda api, f: api(f.fun(_first), 3, 4),
    "jax.ad_checkpoint.print_saved_residuals": lambda api, f: api(f.f(_total), X, 3),
    "jax.numpy.apply_along_axis": lambda api, f: api(f.func1d(_first), 0, MATRIX, 3),
    "jax.numpy.apply_over_axes": lambda api, f: api(
        f.func(lambda a, n: jnp.sum(a, n, keepdims=True)), MATRIX, [0, 1]
    ),
    "jax.numpy.fromfunction": lambda api, f: api(f.function(_first), (2, 3), dtype=int),
    "jax.numpy.mask_indices": lambda api, f: api(3, f.mask_func(jnp.triu), 1),
    "jax.pure_callback": lambda api, f: api(f.callback(_float), SCALAR, 3, 4),
    "jax.experimental.io_callback": lambda api, f: api(f.callback(_float), SCALAR, 3, 4),
    "jax.debug.callback": lambda api, f: api(f.callback(_nothing), 3, 4),
    "jax.debug.inspect_array_sharding": lambda api, f: api(
        jnp.asarray(X), callback=f.callback(_nothing)
    ),
    "jax.make_array_from_callback": lambda api, f: api(
        (4,), jnp.asarray(X).sharding, f.data_callback(lambda _i: X)
    ),
    **{
        path: lambda api, f: api(f.f(_first), [1, 2], [3, 4])
        for path in (
            *("jax.tree.map", "jax.tree_util.tree_map"),
            *("jax.tree.map_with_path", "jax.tree_util.tree_map_with_path"),
        )
    },
    **{
        path: lambda api, f: api(f.function(_add), [1, 2])
        for path in ("jax.tree.reduce", "jax.tree_util.tree_reduce")
    },
    **{
        path: lambda api, f: api(f.operation(_add), [1, 2])
        for path in ("jax.tree.reduce_associative", "jax.tree_util.tree_reduce_associative")
    },
    "jax.experimental.pallas.run_scoped": lambda api, f: _in_kernel(
        lambda: api(f.f(_nothing), pltpu.VMEM((2,), jnp.float32))
    ),
    "jax.experimental.pallas.loop": lambda api, f: api(0, 3)(f.body(_nothing)),
    "jax.experimental.pallas.when": lambda api, f: jax.jit(lambda c: api(c)(f.f(_nothing)))(True),
}
#: Rows that no probe can be run through on a CPU.
NOT_RUN = {"jax.experimental.pallas.core_map"}


def _in_kernel(run: Callable[[], Any]) -> None:
    def kernel(o_ref: Any) -> None:
        run()
        o_ref[...] = jnp.zeros(4)

    pl.pallas_call(kernel, out_shape=jax.ShapeDtypeStruct((4,), jnp.float32), interpret=True)()


class Probes:
    """Makes a probe for each function of an API."""

    def __init__(self) -> None:
        self.made: dict[str, list[Probe]] = {}

    def __getattr__(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def make(result: Callable[..., Any]) -> Callable[..., Any]:
            probe = Probe(result)
            self.made.setdefault(name, []).append(probe)
            return lambda *args, **kwargs: probe(*args, **kwargs)

        return make


MAKES_TRACERS = {
    *(Source.INDEX, Source.LEAVES, Source.ELEMENT, Source.REST, Source.TRACER, Source.INDICES),
    Source.REFS,
}


def _expected(body: Body, count: int) -> tuple[bool, ...]:
    """Which of `count` arguments the row calls traced; the last source stands for all the rest."""
    kinds = [argument.source in MAKES_TRACERS for argument in body.arguments]
    return tuple(kinds + kinds[-1:] * (count - len(kinds)))


@pytest.mark.parametrize(
    "row", [r for r in rows_of(CALLERS) if r.values[0].bodies and r.values[0].path not in NOT_RUN]
)
def test_functions_are_called_with_what_the_row_says(row: Caller) -> None:
    probes = Probes()
    CALLS[row.path](resolve(row.path), probes)
    bodies = {body.fun: body for body in row.bodies}
    assert probes.made.keys() <= bodies.keys()
    for name, made in probes.made.items():
        calls = [call for probe in made for call in probe.calls]
        if row.path.endswith(".platform_dependent") and not calls:
            continue
        arguments = [kinds for kinds, staged in calls if staged is row.stages or row.decorator]
        assert any(kinds == _expected(bodies[name], len(kinds)) for kinds in arguments)


@pytest.mark.parametrize(
    "row", [r for r in rows_of(CALLERS) if not r.values[0].stages and r.values[0].bodies]
)
def test_functions_that_are_not_staged_run_as_if_called_here(row: Caller) -> None:
    probes = Probes()
    CALLS[row.path](resolve(row.path), probes)
    calls = [call for made in probes.made.values() for probe in made for call in probe.calls]
    assert calls
    assert not any(staged for _, staged in calls)


def test_callbacks_are_concrete_inside_a_trace() -> None:
    for row in CALLERS:
        if row.concrete and public(row.path) and row.path != "jax.debug.inspect_array_sharding":
            probes = Probes()
            api = resolve(row.path)
            options = (SCALAR,) if len(row.options) == 3 else ()
            callback = getattr(probes, row.options[0])(_float if options else _nothing)
            jax.block_until_ready(jax.jit(lambda n: (api(callback, *options, n), n)[0])(3))  # noqa: B023
            jax.effects_barrier()
            (probe,) = probes.made[row.options[0]]
            assert probe.calls == [((False,), False)]
