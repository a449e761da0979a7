"""What a function under a transform is called with, as a probe sees it and as the row says."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.experimental.checkify
import jax.experimental.compute_on
import jax.experimental.custom_partitioning
import jax.experimental.pallas as pl
import jax.numpy as jnp
import pytest
from jax.sharding import PartitionSpec as P
from jax_probes import (
    EXPLICIT_MESH,
    MESH,
    Probe,
    X,
    is_tracer,
    resolve,
    rows_of,
)

from jaxslice_lint.jax_model.schema import How, Wrapper
from jaxslice_lint.jax_model.transforms import WRAPPERS


def _shard(api: Any, f: Any) -> Any:
    return api(f, mesh=MESH, in_specs=(P("i"), P()), out_specs=P("i"))


def _smap(api: Any, f: Any) -> Any:
    def run(x: Any, n: int) -> Any:
        with jax.set_mesh(EXPLICIT_MESH):
            return api(f, in_axes=(0, None), out_axes=0, axis_name="i")(
                jax.device_put(x, P("i")), n
            )

    return run


def _custom_partitioned(api: Any, f: Any) -> Any:
    wrapped = api(f, static_argnums=(1,))
    wrapped.def_partition(partition=None, sharding_rule="i -> i")
    return wrapped


def _with_rule(api: Any, f: Any) -> Any:
    wrapped = api(f)
    wrapped.def_vmap(lambda _size, mapped, a, _n: (a, mapped[0]))
    return wrapped


def _export(api: Any, f: Any) -> Any:
    return api(jax.jit(f))


#: How each transform is applied to a probe; the others need no options.
APPLY: dict[str, Callable[[Any, Any], Any]] = {
    "jax.vmap": lambda api, f: api(f, in_axes=(0, None)),
    "jax.pmap": lambda api, f: lambda x, n: api(f, in_axes=(0, None))(x[None], n),
    "jax.shard_map": _shard,
    "jax.experimental.shard_map.shard_map": _shard,
    "jax.smap": _smap,
    "jax.numpy.vectorize": lambda api, f: api(f, excluded={1}),
    "jax.numpy.frompyfunc": lambda api, f: api(f, 2, 1),
    "jax.experimental.custom_partitioning.custom_partitioning": _custom_partitioned,
    "jax.experimental.compute_on.compute_on2": lambda api, f: api(
        f, compute_type="device_host", out_memory_spaces=jax.memory.Space.Device
    ),
    "jax.experimental.scheduling_groups.xla_metadata_call": lambda api, f: api(f, group="1"),
    "jax.export.export": _export,
    "jax.custom_batching.custom_vmap": _with_rule,
}
NEEDS_SCALAR = ("grad", "jacobian", "hessian", "jacfwd", "jacrev")
NEEDS_RULES = {"jax.custom_gradient": lambda *args: (args[0], None)}


def _passed(row: Wrapper, *, static: tuple[int, ...] = ()) -> tuple[tuple[bool, ...], bool]:
    """What a probe under the transform saw of an array and of an integer, and whether it was staged."""
    result = NEEDS_RULES.get(row.path, lambda *args: args[0])
    if row.path.endswith(NEEDS_SCALAR):
        result = lambda *args: (args[0] * 1.0).sum()  # noqa: E731
    probe = Probe(result)
    api = resolve(row.path)
    if static:
        api = partial(api, **{row.static_nums[0]: static})
    function = APPLY.get(row.path, lambda api, f: api(f))(api, lambda a, n: probe(a, n))
    function(jnp.asarray(X), 3)
    return probe.calls[0]


WITHOUT_KERNELS = [r for r in rows_of(WRAPPERS) if r.values[0].how is not How.KERNEL]


CUSTOM_RULES = [r for r in WITHOUT_KERNELS if r.values[0].how is How.CUSTOM_RULE]


@pytest.mark.parametrize("row", [r for r in WITHOUT_KERNELS if r not in CUSTOM_RULES])
def test_an_integer_argument_is_traced_where_the_row_says_so(row: Wrapper) -> None:
    static = (1,) if row.path.endswith("custom_partitioning") else ()
    (_, integer), staged = _passed(row, static=static)
    compiled = row.how is How.MAPPED and row.stages
    exported = row.path == "jax.export.export"
    assert integer is (exported or (not static and (row.how is How.TRACED or compiled)))
    assert staged is (exported or row.stages)


@pytest.mark.parametrize(
    "row", [r for r in WITHOUT_KERNELS if r.values[0].static_nums and r not in CUSTOM_RULES]
)
def test_a_static_parameter_stays_static(row: Wrapper) -> None:
    (array, integer), _ = _passed(row, static=(1,))
    assert (array, integer) == (True, False)


@pytest.mark.parametrize("row", CUSTOM_RULES)
def test_a_custom_rule_is_transparent_outside_a_trace_and_traces_inside_one(row: Wrapper) -> None:
    probe = Probe(NEEDS_RULES.get(row.path, lambda *args: args[0]))
    function = resolve(row.path)(lambda a, n: probe(a, n))
    if hasattr(function, "defjvp"):
        function.defjvp(lambda primals, tangents: (primals[0], tangents[0]))
    if hasattr(function, "defvjp"):
        function.defvjp(lambda a, _n: (a, None), lambda _, g: (g, None))
    function(jnp.asarray(X), 3)
    jax.jit(lambda x: function(x, 3))(X)
    assert probe.calls == [((False, False), False), ((True, True), True)]


@pytest.mark.parametrize("name", ["custom_jvp", "custom_vjp"])
def test_nondiff_arguments_of_a_custom_rule_stay_static_inside_a_trace(name: str) -> None:
    probe = Probe()
    function = getattr(jax, name)(lambda a, n: probe(a, n), nondiff_argnums=(1,))
    if name == "custom_jvp":
        function.defjvp(lambda _n, primals, tangents: (primals[0], tangents[0]))
    else:
        function.defvjp(lambda a, _n: (a, None), lambda _n, _, g: (g,))
    jax.jit(lambda x: function(x, 3))(X)
    assert probe.calls == [((True, False), True)]


@pytest.mark.parametrize("how", ["grad", "vjp", "jvp", "linearize"])
def test_an_integer_computed_from_a_differentiated_array_is_concrete(how: str) -> None:
    seen = []

    def f(x: Any) -> Any:
        seen.extend([jnp.argmax(x), x.astype(int), jnp.floor(x[0]).astype(int)])
        return (x * 1.0).sum()

    x = jnp.asarray(X)
    {
        "grad": lambda: jax.grad(f)(x),
        "vjp": lambda: jax.vjp(f, x),
        "jvp": lambda: jax.jvp(f, (x,), (x,)),
        "linearize": lambda: jax.linearize(f, x),
    }[how]()
    assert not any(map(is_tracer, seen))


def test_vectorize_leaves_an_unmapped_scalar_concrete_outside_a_trace() -> None:
    probe = Probe()
    jnp.vectorize(lambda a, n: probe(a, n))(jnp.asarray(X), 3)
    assert probe.calls == [((True, False), False)]


def test_pallas_kernels_get_refs_and_stage_their_operations() -> None:
    probe = Probe(lambda *_refs: None)

    def kernel(x_ref: Any, o_ref: Any) -> None:
        probe(
            x_ref,
            o_ref,
            pl.program_id(0),
            pl.num_programs(0),
            pl.cdiv(5, 2),
            pl.cdiv(pl.program_id(0), 2),
        )
        o_ref[...] = x_ref[...]

    pl.pallas_call(
        kernel, out_shape=jax.ShapeDtypeStruct((4,), jnp.float32), grid=(1,), interpret=True
    )(jnp.asarray(X))
    assert probe.calls == [((True, True, True, False, False, True), True)]


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in WRAPPERS
        if row.path in ("jax.checkpoint", "jax.vmap", "equinox.filter_vmap")
        or (row.is_jit and row.path.startswith(("jax.", "equinox.")))
    ],
    ids=lambda row: row.path,
)
def test_below_disable_jit_what_is_jit_calls_the_function_as_it_is(row: Wrapper) -> None:
    seen: list[bool] = []
    with jax.disable_jit():
        resolve(row.path)(lambda x: (seen.append(is_tracer(x)), x)[1])(X)
    assert seen == [not row.is_jit]


@pytest.mark.parametrize("path", sorted(row.path for row in WRAPPERS if row.hashes))
def test_a_hashed_static_argument_is_no_tracer(path: str) -> None:
    inner = resolve(path)(lambda x, n: (x, n), static_argnums=1)
    with pytest.raises(ValueError, match="hash"):
        jax.jit(lambda x, n: inner(x, n))(X, 2)
