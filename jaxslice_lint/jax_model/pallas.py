"""Pallas: kernels get Refs, and decorators run their function at once."""

from jaxslice_lint.jax_model.schema import Argument, Body, Caller, How, Result, Source, Wrapper

_INDEX = Argument(Source.INDEX)
_REFS = Argument(Source.REFS, "types")


def _kernel(path: str, *options: str) -> Wrapper:
    return Wrapper(path, How.KERNEL, options, result=Result.UNKNOWN)


def _decorator(path: str, options: tuple[str, ...], fun: str, *arguments: Argument) -> Caller:
    """`@api(…)`, which runs the decorated function at once."""
    return Caller(path, options, (Body(fun, arguments),), Result.UNKNOWN, decorator=True)


PALLAS_WRAPPERS: tuple[Wrapper, ...] = (
    _kernel("jax.experimental.pallas.pallas_call", "kernel", "out_shape"),
    _kernel("jax.experimental.pallas.kernel", "body", "out_type"),
    _kernel("jax.experimental.pallas.run_state", "f"),
    _kernel("jax.experimental.pallas.tpu.emit_pipeline", "body"),
    _kernel("jax.experimental.pallas.mosaic_gpu.kernel", "body", "out_shape"),
    _kernel("jax.experimental.pallas.mosaic_gpu.emit_pipeline", "body"),
)

PALLAS_CALLERS: tuple[Caller, ...] = (
    Caller(
        "jax.experimental.pallas.run_scoped",
        ("f", "*types"),
        (Body("f", (_REFS,)),),
        Result.UNKNOWN,
    ),
    _decorator("jax.experimental.pallas.loop", ("lower", "upper"), "body", _INDEX),
    _decorator("jax.experimental.pallas.when", ("condition",), "f"),
    _decorator("jax.experimental.pallas.core_map", ("mesh",), "f"),
)
