"""Holds the tables of `jax_model` to the JAX that is installed, by running a probe through each row."""

import dataclasses
import importlib
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

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
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from jaxslice_lint.jax_model import functions as model
from jaxslice_lint.jax_model.control_flow import CALLERS
from jaxslice_lint.jax_model.lookup import canonical, returns_arrays, runs_on_host
from jaxslice_lint.jax_model.schema import Body, Caller, How, Source, Wrapper
from jaxslice_lint.jax_model.transforms import WRAPPERS

#: Names that JAX had once, with the version that removed or deprecated them.
HISTORICAL = {
    "jax.soft_pmap": "0.3.18",
    "jax.experimental.maps.xmap": "0.4.31",
    "jax.experimental.host_callback.call": "0.7.1",
    "jax.experimental.host_callback.id_tap": "0.7.1",
    "jax.xla_computation": "0.4.34",
    "jax.tree_map": "0.6.0",
    "jax.tree_multimap": "0.3.16",
    "jax.tree_util.tree_multimap": "0.3.16",
    "jax.lax.pvary": "deprecated in 0.8.2",
    "jax.experimental.enable_x64": "deprecated in 0.8.0",
    "jax.experimental.disable_x64": "deprecated in 0.8.0",
}
#: Public functions that take a function and have no row, and why.
NOT_MODELLED = {
    "jax.fwd_and_bwd": "returns two functions",
    "jax.experimental.pallas.with_scoped": "returns a decorator that returns a function",
    "jax.lax.composite": "its positional arguments are traced, its keywords are static",
    "jax.numpy.pad": "`mode` is hardly ever a function, and the result would be less well known",
    "jax.numpy.ufunc": "made by `frompyfunc`",
    "jax.tree_util.Partial": "evaluated as `functools.partial`",
    "jax.experimental.buffer_callback.buffer_callback": "its function gets buffers, not arrays",
    "jax.sharding.auto_axes": "traces its function only inside another trace",
    "jax.sharding.explicit_axes": "traces its function only inside another trace",
}
FUNCTION_PARAMETERS = {
    *("f", "fun", "fn", "func", "function", "body", "kernel", "callback", "body_fun", "true_fun"),
    *("branches", "funclist", "computation", "matvec", "pyfunc", "func1d", "mask_func", "fun_jit"),
    *("decomposition", "data_callback", "operation"),
}
MODULES_WITH_TRANSFORMS = (
    *("jax", "jax.lax", "jax.numpy", "jax.tree", "jax.tree_util", "jax.custom_batching"),
    *("jax.custom_derivatives", "jax.ad_checkpoint", "jax.export", "jax.debug", "jax.profiler"),
    *("jax.scipy.optimize", "jax.scipy.sparse.linalg", "jax.sharding", "jax.experimental.pjit"),
    *("jax.experimental.shard_map", "jax.experimental.checkify", "jax.experimental.sparse"),
    *("jax.experimental.compute_on", "jax.experimental.custom_partitioning", "jax.experimental"),
    *("jax.experimental.buffer_callback", "jax.experimental.roofline"),
)
#: Functions whose parameter has the name of a function but is none, or that register something.
NO_TRANSFORMS = {
    "jax.scipy.optimize.OptimizeResults",
    *("jax.numpy.gradient", "jax.export.Exported", "jax.export.default_export_platform"),
    *("jax.profiler.TraceAnnotation", "jax.experimental.roofline.roofline_and_grad"),
}

X = np.arange(4.0, dtype=np.float32)
MATRIX = np.ones((3, 4), np.float32)
MESH = jax.make_mesh((1,), ("i",), axis_types=(AxisType.Auto,))
EXPLICIT_MESH = jax.make_mesh((1,), ("i",), axis_types=(AxisType.Explicit,))
SCALAR = jax.ShapeDtypeStruct((), jnp.float32)


def resolve(path: str) -> Any:
    """The object at a dotted path."""
    first, *parts = path.split(".")
    found, name = importlib.import_module(first), first
    for part in parts:
        name = f"{name}.{part}"
        if not hasattr(found, part):
            importlib.import_module(name)
        found = getattr(found, part)
    return found


def is_tracer(value: object) -> bool:
    return any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(value))


class Probe:
    """A function that notes what it is called with, and whether a JAX operation on constants is traced in it."""

    def __init__(self, result: Callable[..., Any] = lambda *args: args[0]) -> None:
        self._result = result
        self.calls: list[tuple[tuple[bool, ...], bool]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        kinds = tuple(is_tracer(a) for a in (*args, *kwargs.values()))
        self.calls.append((kinds, is_tracer(jnp.arange(4))))
        return self._result(*args)


def public(path: str) -> bool:
    return path.startswith("jax.") and path not in HISTORICAL


def rows_of(*tables: tuple[Any, ...]) -> list[Any]:
    return [pytest.param(row, id=row.path) for table in tables for row in table if public(row.path)]


PATHS_OF_FUNCTIONS = sorted(
    path
    for table in (
        model.ARRAY_FUNCTIONS, model.HOST_FUNCTIONS, model.STATIC_FUNCTIONS, model.COLLECTIVES_OF_CONSTANTS,
        model.ALWAYS_TRACED, model.CASTS, model.OPERATORS, model.SHAPED, model.SHAPED_LIKE, model.VECTORS,
        model.ELEMENTWISE, model.INDEX_BUILDERS, model.EAGER_CONTEXTS, model.TRACER_TYPES, model.GUARDS,
        model.ARRAY_MODULES, model.CONTEXT_DECORATORS,
    )
    for path in table
    if public(path)
)  # fmt: skip


@pytest.mark.parametrize(
    "path",
    sorted({*PATHS_OF_FUNCTIONS, *(r.path for r in (*WRAPPERS, *CALLERS) if public(r.path))}),
)
def test_every_path_of_a_table_exists(path: str) -> None:
    assert resolve(path) is not None


@pytest.mark.parametrize("path", sorted(HISTORICAL))
def test_a_historical_name_is_really_gone(path: str) -> None:
    with pytest.raises((ImportError, AttributeError)):
        resolve(path)


@pytest.mark.parametrize("row", rows_of(WRAPPERS, CALLERS))
def test_options_are_in_the_order_of_the_signature(row: Wrapper | Caller) -> None:
    kinds = inspect.Parameter
    parameters = list(inspect.signature(resolve(row.path)).parameters.values())
    order = [
        p.name for p in parameters if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    ]
    order += [f"*{p.name}" for p in parameters if p.kind is kinds.VAR_POSITIONAL]
    positional = [name for name in row.options if not name.startswith("*")]
    starred = [name for name in row.options if name.startswith("*")]
    assert positional == order[: len(positional)]
    assert starred == [name for name in order if name.startswith("*")][: len(starred)]


@pytest.mark.parametrize("row", [r for r in rows_of(WRAPPERS) if r.values[0].static_nums])
def test_static_options_exist(row: Wrapper) -> None:
    has = set(inspect.signature(resolve(row.path)).parameters)
    assert set(row.static_nums) <= has
    assert set(row.static_names) <= has or row.path == "jax.remat"


@pytest.mark.parametrize("row", rows_of(CALLERS))
def test_bodies_are_made_from_parameters_of_the_api(row: Caller) -> None:
    signature = inspect.signature(resolve(row.path)).parameters
    takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in signature.values())
    for body in row.bodies:
        assert row.decorator or body.fun in signature or takes_any
        for argument in body.arguments:
            assert not argument.of or argument.of.removeprefix("*") in signature
    assert not row.carry or row.carry in signature


def test_every_api_that_takes_a_function_has_a_row() -> None:
    known = (
        {canonical(row.path) for row in (*WRAPPERS, *CALLERS)} | NOT_MODELLED.keys() | NO_TRANSFORMS
    )
    missing = []
    for name in MODULES_WITH_TRANSFORMS:
        module = importlib.import_module(name)
        for attribute, value in vars(module).items():
            path = canonical(f"{name}.{attribute}")
            if attribute.startswith(("_", "register")) or not callable(value) or path in known:
                continue
            try:
                parameters = inspect.signature(value).parameters
            except (TypeError, ValueError):
                continue
            if FUNCTION_PARAMETERS & set(parameters):
                missing.append(path)
    assert missing == []


# --- transforms that return a function ---------------------------------------------------------------------------


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


# --- APIs that call their functions at once ----------------------------------------------------------------------

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


# --- functions and attributes ------------------------------------------------------------------------------------

INTEGERS, FLOATS, SQUARE = np.arange(4), np.arange(4.0) + 1, np.eye(4)
KEY = jax.random.key(0)


def _attempts(i: Any, x: Any, m: Any, key: Any) -> list[tuple[Any, ...]]:
    """Arguments of which some fit almost every function."""
    return [
        *[
            (x,),
            (i,),
            (m,),
            (x, x),
            (m, m),
            (i, i),
            (key,),
            (x, 0),
            (m, 0, 1),
            (x, x, x),
            (key, (2,)),
        ],
        *[
            ((2, 3),),
            (3,),
            (3, 4),
            (1.0, 2.0),
            ((2, 3), 0),
            (jnp.float32,),
            (jnp.float32, jnp.int32),
        ],
        *[
            ("i->i", x),
            (x, "float32"),
            (jnp.float32, (3,)),
            ((1, 2), (3,)),
            ([m, m],),
            (),
            (m, [0]),
        ],
        *[(x, (0,), (2,)), (x, (4,)), (2, (3, 2)), (key, x), (x, 0, 2), (i, x), (0, x)],
        *[((2,), (2,), (2,)), ((1, 4), (1, 1), "SAME"), ("cpu",)],
    ]


def _results_in_a_trace(function: Any) -> list[bool]:
    """For the first arguments that fit: whether the result contains a tracer."""
    results: list[bool] = []

    def run(i: Any, x: Any, m: Any) -> int:
        for arguments in _attempts(i, x, m, KEY):
            try:
                result = function(*arguments)
            except Exception:
                continue
            results.append(is_tracer(result))
            return 0
        return 0

    jax.eval_shape(run, INTEGERS, FLOATS, SQUARE)
    return results


#: Functions of array packages that return no array and are no transforms.
NO_ARRAYS = {
    *("jax.numpy.ndarray", "jax.numpy.ComplexWarning", "jax.numpy.trim_zeros"),
    *("jax.lax.dce_sink", "jax.lax.DotDimensionNumbers", "jax.lax.PrecisionLike"),
    *("jax.numpy.set_printoptions", "jax.numpy.printoptions", "jax.numpy.save", "jax.numpy.savez"),
    *("jax.numpy.object_", "jax.lax.shape_as_value", "jax.numpy.load", "jax.numpy.fromfile"),
}


@pytest.mark.parametrize(
    "name", ["jax.numpy", "jax.lax", "jax.random", "jax.nn", "jax.numpy.linalg", "jax.numpy.fft"]
)
def test_what_is_not_static_in_an_array_package_returns_tracers(name: str) -> None:
    rows = {row.path for row in (*WRAPPERS, *CALLERS)} | NOT_MODELLED.keys()
    wrong = []
    for attribute, value in vars(importlib.import_module(name)).items():
        path = f"{name}.{attribute}"
        if (
            attribute.startswith("_")
            or not callable(value)
            or path in rows | NO_ARRAYS | model.STATIC_FUNCTIONS
        ):
            continue
        if _results_in_a_trace(value) == [False] and returns_arrays(path):
            wrong.append(path)
    assert wrong == []


#: Static functions that no generic arguments fit.
NEEDS_OWN_ARGUMENTS = {
    *(
        "axis_size",
        "conv_dimension_numbers",
        "conv_general_permutations",
        "conv_general_shape_tuple",
    ),
    *(
        "conv_shape_tuple",
        "conv_transpose_shape_tuple",
        "reduce_window_shape_tuple",
        "padtype_to_pads",
    ),
    *(
        "ConvGeneralDilatedDimensionNumbers",
        "Precision",
        "RaggedDotDimensionNumbers",
        "RandomAlgorithm",
    ),
    *(
        "RoundingMethod",
        "DotAlgorithm",
        "ConvDimensionNumbers",
        "GatherDimensionNumbers",
        "AccuracyMode",
    ),
    *(
        "ScatterDimensionNumbers",
        "make_mesh",
        "num_programs",
        "NamedSharding",
        "Tolerance",
        "ShapedArray",
    ),
    *(
        "treedef_children",
        "treedef_is_leaf",
        "treedef_tuple",
        "SingleDeviceSharding",
        "ShapeDtypeStruct",
    ),
    *("BlockSpec", "GridSpec", "ds", "dslice", "Mesh", "PartitionSpec", "AbstractMesh"),
}


@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for path in model.STATIC_FUNCTIONS
        if public(path) and path.rpartition(".")[2] not in NEEDS_OWN_ARGUMENTS
    ),
)
def test_a_static_function_returns_no_tracer_inside_a_trace(path: str) -> None:
    assert _results_in_a_trace(resolve(path)) == [False]


def test_axis_size_and_collectives_of_constants_are_python_values() -> None:
    seen: dict[str, object] = {}

    def f(x: Any) -> Any:
        seen.update({path: resolve(path)(1, "i") for path in model.COLLECTIVES_OF_CONSTANTS})
        seen["size"], seen["index"] = lax.axis_size("i"), lax.axis_index("i")
        return x

    jax.jit(jax.vmap(f, axis_name="i"))(X)
    assert is_tracer(seen.pop("index"))
    assert {type(value) for value in seen.values()} <= {int, float}


@pytest.mark.parametrize(
    "path", sorted(path for path in model.CASTS - {"jax.lax.pcast"} if public(path))
)
def test_a_cast_keeps_the_value_and_is_traced_where_it_is_an_operation(path: str) -> None:
    more = {
        "jax.lax.convert_element_type": (jnp.int32,),
        "jax.ad_checkpoint.checkpoint_name": ("n",),
        "jax.lax.with_sharding_constraint": (jax.sharding.NamedSharding(MESH, P()),),
        "jax.reshard": (jax.sharding.NamedSharding(EXPLICIT_MESH, P()),),
    }
    cast = resolve(path)
    arguments = more.get(path, ())
    traced: list[bool] = []
    jax.eval_shape(lambda: traced.append(is_tracer(cast(3, *arguments))))
    assert traced == [returns_arrays(path)]
    assert int(cast(3, *arguments)) == 3


SYMBOLS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "max": max,
    "min": min,
}


@pytest.mark.parametrize("path", sorted(model.OPERATORS))
def test_a_named_operator_computes_what_its_symbol_does(path: str) -> None:
    for a, b in ((7, 3), (-7, 3), (7, -3), (0, 5)):
        assert int(resolve(path)(a, b)) == SYMBOLS[model.OPERATORS[path]](a, b)


@pytest.mark.parametrize("path", sorted(model.HOST_FUNCTIONS))
def test_a_host_function_computes_with_python_numbers(path: str) -> None:
    arguments = {"next_power_of_2": (5,), "strides_from_shape": ((2, 3),)}.get(
        path.rpartition(".")[2], (5, 2)
    )
    results: list[object] = []
    jax.eval_shape(lambda: results.append(resolve(path)(*arguments)))
    assert runs_on_host(path)
    assert not is_tracer(results)


@pytest.mark.parametrize("path", sorted(model.ELEMENTWISE))
def test_an_elementwise_function_keeps_the_shape(path: str) -> None:
    x = MATRIX * 0.5 if path.startswith("numpy") else jnp.asarray(MATRIX) * 0.5
    assert resolve(path)(x).shape == (3, 4)


def test_constructors_have_the_shape_they_are_given() -> None:
    for path in model.SHAPED:
        assert resolve(path)((3, 4), *([1] if path.endswith("full") else [])).shape == (3, 4)
    for path in model.SHAPED_LIKE:
        assert resolve(path)(MATRIX, *([1] if path.endswith("full_like") else [])).shape == (3, 4)
    for path in model.VECTORS:
        assert (
            resolve(path)(
                *{"linspace": (0, 1), "kaiser": (5, 1.0)}.get(path.rpartition(".")[2], (5,))
            ).ndim
            == 1
        )


def _in_trace(run: Callable[[Any], Any], x: Any = MATRIX) -> Any:
    """What `run` returns for a traced array."""
    results: list[Any] = []
    jax.eval_shape(lambda x: results.append(run(x)), x)
    return results[0]


def test_static_attributes_of_a_tracer_are_no_tracers() -> None:
    for name in model.STATIC_ATTRIBUTES:
        assert not _in_trace(
            lambda x, name=name: is_tracer(getattr(x, name, None)) if name not in _RAISE else False
        )
    for name in model.ARRAY_ATTRIBUTES - {"flat", "at"}:
        assert _in_trace(lambda x, name=name: is_tracer(getattr(x, name)))


_RAISE = {"committed", "is_fully_addressable", "is_fully_replicated"}
NO_ARRAY_METHODS = {
    *("addressable_data", "addressable_shards", "global_shards", "delete", "devices", "is_deleted"),
    *("on_device_size_in_bytes", "unsafe_buffer_pointer", "traceback", "parent", "val"),
    *(
        "aval_mutable_qdd",
        "cur_qdd",
        "mutable_qdd",
        "dimension_as_value",
        "full_lower",
        "get_const",
    ),
    *("get_referent", "to_concrete_value"),
}


def test_every_attribute_of_a_tracer_is_in_a_table() -> None:
    names = _in_trace(lambda x: [name for name in dir(x) if not name.startswith("_")])
    tables = model.STATIC_ATTRIBUTES | model.ARRAY_ATTRIBUTES | model.ARRAY_METHODS
    assert set(names) - tables - NO_ARRAY_METHODS == set()


def test_methods_of_an_array_exist_and_keep_the_shape_where_the_table_says_so() -> None:
    arguments = {"astype": (int,), "clip": (0, 1)}
    for name in model.SAME_SHAPE_METHODS - {"block_until_ready"}:
        assert _in_trace(lambda x, name=name: getattr(x, name)(*arguments.get(name, ())).shape) == (
            3,
            4,
        )
    for name in model.CONCRETIZING_METHODS:
        with pytest.raises((TypeError, ValueError)):
            _in_trace(lambda x, name=name: getattr(x, name)(), np.float32(1))
    assert (
        _in_trace(
            lambda x: [
                n for n in model.ARRAY_METHODS - {"get", "block_until_ready"} if not hasattr(x, n)
            ]
        )
        == []
    )


def test_update_methods_return_an_array_of_the_same_shape() -> None:
    for name in model.UPDATE_METHODS:
        argument = jnp.sin if name == "apply" else 1.0
        assert _in_trace(lambda x, name=name, v=argument: getattr(x.at[0], name)(v).shape) == (3, 4)
    here = _in_trace(lambda x: {name for name in dir(x.at[0]) if not name.startswith("_")})
    assert here - model.UPDATE_METHODS == {"array", "index", "get"}


def test_isinstance_of_a_tracer_is_what_the_tables_say() -> None:
    for path in model.TRACER_TYPES:
        assert _in_trace(lambda x, path=path: isinstance(x, resolve(path)))
    for path in model.NOT_TRACER_TYPES:
        kind = resolve(path if "." in path else f"builtins.{path}")
        assert not _in_trace(lambda x, kind=kind: isinstance(x, kind))


def test_isinstance_of_python_numbers_is_what_the_table_says() -> None:
    for name, types in model.PYTHON_TYPES.items():
        value = resolve(f"builtins.{name}")(1)
        for path in model.NOT_TRACER_TYPES:
            kind = resolve(path if "." in path else f"builtins.{path}")
            assert isinstance(value, kind) is (path in types)


def test_a_guard_catches_an_error_that_a_traced_bound_raises() -> None:
    raised = (
        IndexError,
        jax.errors.TracerIntegerConversionError,
        jax.errors.TracerBoolConversionError,
        jax.errors.TracerArrayConversionError,
        jax.errors.ConcretizationTypeError,
    )
    for path in model.GUARDS:
        guard = resolve(path if "." in path else f"builtins.{path}")
        assert any(issubclass(error, guard) for error in raised)


def test_index_builders_return_the_index() -> None:
    for path in model.INDEX_BUILDERS:
        assert resolve(path)[1:2, 0] == (slice(1, 2), 0)


def test_operations_are_concrete_in_an_eager_context_inside_a_trace() -> None:
    for path in model.EAGER_CONTEXTS:

        def run(_x: Any, path: str = path) -> bool:
            with resolve(path)():
                return is_tracer(jnp.arange(4))

        assert _in_trace(run) is False


@dataclasses.dataclass
class _Fields:
    x: int
    n: int = dataclasses.field(default=2, metadata={"static": True})


@dataclasses.dataclass
class _Names:
    x: int
    n: int = 2


class _Pair(NamedTuple):
    x: int
    n: int = 2


def test_static_fields_of_a_registered_dataclass_stay_static() -> None:
    jax.tree_util.register_dataclass(_Fields)
    jax.tree_util.register_dataclass(_Names, data_fields=["x"], meta_fields=["n"])
    for instance in (_Fields(1), _Names(1)):
        assert _in_trace(lambda v: (is_tracer(v.x), is_tracer(v.n)), instance) == (True, False)
    assert _in_trace(lambda v: (is_tracer(v.x), is_tracer(v.n)), _Pair(1)) == (True, True)
