"""The names of APIs: the same thing under another one, and what people call it."""

#: Same thing under another name; the longest prefix wins.
ALIASES = {
    "jax._src": "jax",
    "jax.api": "jax",
    "jax.numpy.lax": "jax.lax",
    "jax.core.eval_context": "jax.ensure_compile_time_eval",
    "jax.core.ensure_compile_time_eval": "jax.ensure_compile_time_eval",
    "jax.ad_checkpoint.checkpoint": "jax.checkpoint",
    "jax.ad_checkpoint.remat": "jax.remat",
    "jax.custom_derivatives.custom_gradient": "jax.custom_gradient",
    "jax.custom_derivatives.custom_jvp": "jax.custom_jvp",
    "jax.custom_derivatives.custom_vjp": "jax.custom_vjp",
    "jax.custom_derivatives.closure_convert": "jax.closure_convert",
    "jax.interpreters.ad.linear_transpose": "jax.linear_transpose",
    "jax.experimental.export.export": "jax.export.export",
    "jax.experimental.pjit.with_sharding_constraint": "jax.lax.with_sharding_constraint",
    "jax.experimental.pallas.tpu.repeat": "jax.numpy.repeat",
    "jax.experimental.pallas.triton.program_id": "jax.experimental.pallas.program_id",
    "equinox.internal.while_loop": "jax.lax.while_loop",
    "equinox.internal.scan": "jax.lax.scan",
    "optax._src.base": "optax",
    "haiku.scan": "jax.lax.scan",
    "haiku.fori_loop": "jax.lax.fori_loop",
    "haiku.while_loop": "jax.lax.while_loop",
    "haiku.cond": "jax.lax.cond",
    "haiku.switch": "jax.lax.switch",
    "haiku.map": "jax.lax.map",
    "haiku.vmap": "jax.vmap",
    "haiku.remat": "jax.checkpoint",
    "haiku.eval_shape": "jax.eval_shape",
    "haiku.grad": "jax.grad",
    "haiku.value_and_grad": "jax.value_and_grad",
    "numpyro.contrib.control_flow.scan": "jax.lax.scan",
    "numpyro.contrib.control_flow.cond": "jax.lax.cond",
}


#: What behaves as something of Python's own.
LIKE_PYTHON = {
    "jax.tree_util.Partial": "functools.partial",
    "flax.nnx.List": "list",
    "flax.nnx.Dict": "dict",
    "flax.nnx.data": "iter",
    "flax.core.FrozenDict": "dict",
    "flax.core.frozen_dict.FrozenDict": "dict",
    "praxis.py_utils.NestedMap": "dict",
    "praxis.pytypes.NestedMap": "dict",
    "lingvo.core.nested_map.NestedMap": "dict",
    "flax.core.freeze": "iter",
    "flax.core.unfreeze": "iter",
    "flax.core.frozen_dict.freeze": "iter",
    "flax.core.frozen_dict.unfreeze": "iter",
    "optax.with_extra_args_support": "iter",
}
#: The names under which modules are usually imported.
USUAL_NAMES = {
    "jax.numpy.": "jnp.",
    "jax.lax.": "lax.",
    "jax.experimental.pallas.": "pl.",
    "numpy.": "np.",
    "equinox.nn.": "eqx.nn.",
    "equinox.": "eqx.",
    "flax.linen.": "nn.",
    "flax.nnx.": "nnx.",
    "haiku.": "hk.",
}
