"""Transforms of JAX that return a function, with the signatures of JAX 0.10; old names are kept for old code.

`tests/test_jax_model_transforms.py` runs a probe through every row and compares what it sees with what the row says.
"""

from jaxslice_lint.jax_model.brainstate import BRAINSTATE_WRAPPERS
from jaxslice_lint.jax_model.equinox import EQUINOX_WRAPPERS
from jaxslice_lint.jax_model.flax import FLAX_WRAPPERS
from jaxslice_lint.jax_model.haiku import HAIKU_WRAPPERS
from jaxslice_lint.jax_model.pallas import PALLAS_WRAPPERS
from jaxslice_lint.jax_model.schema import How, Result, Wrapper
from jaxslice_lint.jax_model.solvers import SOLVER_WRAPPERS

_NUMS = ("static_argnums",)
_NAMES = ("static_argnames",)
_AUX = ("fun", "argnums", "has_aux")
_REAL = (*_AUX, "holomorphic")
_INTEGER = (*_REAL, "allow_int")


def _jit(path: str, *options: str) -> Wrapper:
    return Wrapper(path, How.TRACED, ("fun", *options), _NUMS, _NAMES, hashes=True, is_jit=True)


def _staged(path: str, *options: str, static_nums: tuple[str, ...] = ()) -> Wrapper:
    """Traces its function, also when it is called outside any other trace."""
    return Wrapper(path, How.TRACED, options, static_nums)


def _checkpoint(path: str) -> Wrapper:
    # JAX 0.10 accepts `static_argnames` and ignores it; a parameter it names is not called traced.
    return Wrapper(path, How.TRACED, ("fun",), _NUMS, _NAMES)


def _custom_rule(path: str) -> Wrapper:
    return Wrapper(
        path,
        How.CUSTOM_RULE,
        ("fun", "nondiff_argnums", "nondiff_argnames"),
        ("nondiff_argnums",),
        ("nondiff_argnames",),
        stages=False,
    )


def _transparent(path: str, *options: str, result: Result = Result.ARRAYS) -> Wrapper:
    return Wrapper(path, How.TRANSPARENT, options, stages=False, result=result)


def _gradient(path: str, options: tuple[str, ...]) -> Wrapper:
    return _transparent(path, *options, result=Result.GRADIENT)


def _value_and_gradient(path: str, options: tuple[str, ...]) -> Wrapper:
    return _transparent(path, *options, result=Result.VALUE_AND_GRADIENT)


_COMPILED = (
    _jit("jax.jit"),
    _jit("jax.experimental.pjit.pjit", "in_shardings", "out_shardings", *_NUMS, *_NAMES),
    _checkpoint("jax.checkpoint"),
    _checkpoint("jax.remat"),
    _staged("jax.experimental.compute_on.compute_on2", "f"),
    _staged("jax.experimental.scheduling_groups.xla_metadata_call", "f"),
    _staged(
        "jax.experimental.custom_partitioning.custom_partitioning",
        "fun",
        *_NUMS,
        static_nums=_NUMS,
    ),
)

_MAPPED = (
    Wrapper("jax.vmap", How.MAPPED, ("fun", "in_axes", "out_axes"), stages=False),
    # What `in_axes` does not map is a tracer here too: `pmap` compiles its function.
    Wrapper("jax.pmap", How.MAPPED, ("fun", "axis_name"), ("static_broadcasted_argnums",)),
    Wrapper("jax.shard_map", How.TRACED, ("f",), blocks=True),
    _staged("jax.smap", "f"),
    Wrapper(
        "jax.experimental.shard_map.shard_map",
        How.TRACED,
        ("f", "mesh", "in_specs", "out_specs"),
        blocks=True,
    ),
    _staged("jax.soft_pmap", "fun", "axis_name", "in_axes"),
    _staged("jax.experimental.maps.xmap", "fun", "in_axes", "out_axes"),
    _staged("jax.custom_batching.custom_vmap", "fun"),
    _staged("jax.custom_batching.sequential_vmap", "f"),
    Wrapper(
        "jax.numpy.vectorize",
        How.VECTORIZED,
        ("pyfunc",),
        ("excluded",),
        ("excluded",),
        stages=False,
    ),
    _staged("jax.numpy.frompyfunc", "func", "nin", "nout"),
)

_DIFFERENTIATED = (
    _gradient("jax.grad", (*_INTEGER, "reduce_axes")),
    _value_and_gradient("jax.value_and_grad", (*_INTEGER, "reduce_axes")),
    _gradient("jax.jacfwd", _REAL),
    _gradient("jax.jacrev", _INTEGER),
    _gradient("jax.jacobian", _INTEGER),
    _gradient("jax.hessian", _REAL),
    _gradient("jax.experimental.sparse.grad", _AUX),
    _value_and_gradient("jax.experimental.sparse.value_and_grad", _AUX),
    _gradient("jax.experimental.sparse.jacfwd", _AUX),
    _gradient("jax.experimental.sparse.jacrev", _AUX),
    _gradient("jax.experimental.sparse.jacobian", _AUX),
    _custom_rule("jax.custom_jvp"),
    _custom_rule("jax.custom_vjp"),
    Wrapper("jax.custom_gradient", How.CUSTOM_RULE, ("fun",), stages=False),
)

_INSPECTED = (
    Wrapper("jax.make_jaxpr", How.TRACED, ("fun", *_NUMS), _NUMS, result=Result.STATIC),
    Wrapper("jax.xla_computation", How.TRACED, ("fun", *_NUMS), _NUMS, result=Result.STATIC),
    Wrapper("jax.export.export", How.TRANSPARENT, ("fun_jit",), stages=False, result=Result.STATIC),
    Wrapper("jax.experimental.roofline.roofline", How.TRACED, ("f",), result=Result.STATIC),
)

_REWRITTEN = (
    _staged("jax.experimental.sparse.sparsify", "f", "use_tracer"),
    # The arguments stay what they are, but each operation on them is staged.
    Wrapper(
        "jax.experimental.checkify.checkify",
        How.TRANSPARENT,
        ("f", "errors"),
        result=Result.ERROR_AND_OUT,
    ),
    _transparent("jax.named_call", "fun"),
    _transparent("jax.profiler.annotate_function", "func", "name"),
)

WRAPPERS: tuple[Wrapper, ...] = (
    *_COMPILED,
    *_MAPPED,
    *_DIFFERENTIATED,
    *_INSPECTED,
    *_REWRITTEN,
    *PALLAS_WRAPPERS,
    *BRAINSTATE_WRAPPERS,
    *EQUINOX_WRAPPERS,
    *FLAX_WRAPPERS,
    *HAIKU_WRAPPERS,
    *SOLVER_WRAPPERS,
)

#: Methods of a jitted function that call it.
STAGING_METHODS = frozenset({"lower", "trace", "eval_shape"})
