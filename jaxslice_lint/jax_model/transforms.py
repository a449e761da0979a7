"""Transforms of JAX that return a function. Signatures as in JAX 0.10; old names are kept for old code."""

from jaxslice_lint.jax_model.schema import How, Result, Wrapper

_STATIC_NUMS = ("static_argnums",)
_STATIC_NAMES = ("static_argnames",)
_JIT_OPTIONS = ("fun", "in_shardings", "out_shardings", "static_argnums", "static_argnames")
_PMAP_OPTIONS = (
    "fun",
    "axis_name",
    "in_axes",
    "out_axes",
    "static_broadcasted_argnums",
)
_GRAD_OPTIONS = ("fun", "argnums", "has_aux", "holomorphic", "allow_int", "reduce_axes")
_KERNEL_OPTIONS = ("kernel", "out_shape")


def _jit(path: str) -> Wrapper:
    return Wrapper(path, How.TRACED, _JIT_OPTIONS, _STATIC_NUMS, _STATIC_NAMES)


def _mapped(path: str, options: tuple[str, ...] = ("fun", "in_axes", "out_axes")) -> Wrapper:
    return Wrapper(path, How.MAPPED, options, stages=False)


def _transparent(
    path: str,
    result: Result = Result.ARRAYS,
    options: tuple[str, ...] = ("fun",),
) -> Wrapper:
    return Wrapper(path, How.TRANSPARENT, options, stages=False, result=result)


def _checkpoint(path: str) -> Wrapper:
    return Wrapper(path, How.TRACED, ("fun",), _STATIC_NUMS)


def _grad(path: str, result: Result = Result.GRADIENT) -> Wrapper:
    return _transparent(path, result, _GRAD_OPTIONS)


def _sharded(path: str) -> Wrapper:
    return Wrapper(path, How.TRACED, ("f", "mesh", "in_specs", "out_specs"))


WRAPPERS: tuple[Wrapper, ...] = (
    _jit("jax.jit"),
    _jit("jax.api.jit"),
    _jit("jax.experimental.pjit.pjit"),
    _jit("jax.pjit"),
    Wrapper("jax.pmap", How.TRACED, _PMAP_OPTIONS, ("static_broadcasted_argnums",)),
    Wrapper("jax.soft_pmap", How.TRACED, ("fun", "axis_name", "in_axes")),
    Wrapper("jax.experimental.maps.xmap", How.TRACED, ("fun", "in_axes", "out_axes")),
    _sharded("jax.shard_map"),
    _sharded("jax.smap"),
    _sharded("jax.experimental.shard_map.shard_map"),
    _mapped("jax.vmap"),
    _mapped("jax.custom_batching.custom_vmap", ("fun",)),
    _mapped("jax.custom_batching.sequential_vmap", ("f",)),
    Wrapper(
        "jax.numpy.vectorize", How.VECTORIZED, ("pyfunc", "excluded", "signature"), stages=False
    ),
    Wrapper("jax.numpy.frompyfunc", How.VECTORIZED, ("func", "nin", "nout")),
    _grad("jax.grad"),
    _grad("jax.value_and_grad", Result.VALUE_AND_GRADIENT),
    _grad("jax.jacfwd"),
    _grad("jax.jacrev"),
    _grad("jax.jacobian"),
    _grad("jax.hessian"),
    _checkpoint("jax.checkpoint"),
    _checkpoint("jax.remat"),
    _checkpoint("jax.ad_checkpoint.checkpoint"),
    _checkpoint("jax.ad_checkpoint.remat"),
    _checkpoint("jax.new_checkpoint"),
    Wrapper(
        "jax.custom_jvp", How.CUSTOM_RULE, ("fun", "nondiff_argnums"), ("nondiff_argnums",),
        ("nondiff_argnames",), stages=False,
    ),
    Wrapper(
        "jax.custom_vjp", How.CUSTOM_RULE, ("fun", "nondiff_argnums"), ("nondiff_argnums",),
        ("nondiff_argnames",), stages=False,
    ),
    Wrapper("jax.custom_gradient", How.CUSTOM_RULE, ("fun",), stages=False),
    _transparent("jax.named_call"),
    _transparent("jax.profiler.annotate_function"),
    _transparent("jax.experimental.sparse.sparsify"),
    _transparent("jax.experimental.sparse.grad", Result.GRADIENT, _GRAD_OPTIONS),
    _transparent("jax.experimental.sparse.value_and_grad", Result.VALUE_AND_GRADIENT, _GRAD_OPTIONS),
    Wrapper("jax.make_jaxpr", How.TRACED, ("fun", "static_argnums"), _STATIC_NUMS, _STATIC_NAMES,
            result=Result.STATIC),
    Wrapper("jax.export.export", How.TRANSPARENT, ("fun_jit",), stages=False, result=Result.STATIC),
    Wrapper("jax.experimental.checkify.checkify", How.TRACED, ("f", "errors"), result=Result.PAIR),
    Wrapper("jax.experimental.pallas.pallas_call", How.KERNEL, _KERNEL_OPTIONS,
            result=Result.UNKNOWN),
    Wrapper("jax.experimental.pallas.kernel", How.KERNEL, ("body", "out_shape"),
            result=Result.UNKNOWN),
    Wrapper("equinox.filter_jit", How.ARRAYS_TRACED),
    Wrapper("equinox.filter_pmap", How.ARRAYS_TRACED),
    Wrapper("equinox.filter_checkpoint", How.ARRAYS_TRACED),
    Wrapper("equinox.filter_vmap", How.ARRAYS_MAPPED, ("fun",), stages=False),
    Wrapper("equinox.filter_make_jaxpr", How.ARRAYS_TRACED, result=Result.STATIC),
    _transparent("equinox.filter_grad", Result.GRADIENT),
    _transparent("equinox.filter_value_and_grad", Result.VALUE_AND_GRADIENT),
    _transparent("equinox.filter_jacfwd", Result.GRADIENT),
    _transparent("equinox.filter_jacrev", Result.GRADIENT),
    _transparent("equinox.filter_hessian", Result.GRADIENT),
)
