"""Pallas: kernels get Refs, and decorators run their function at once."""

from jaxslice_lint.jax_model import names
from jaxslice_lint.jax_model.functions.schema import Function, Gives, SignRule
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

_PALLAS = (names.PALLAS,)
_TPU, _TRITON = (f"{names.PALLAS}.tpu",), (f"{names.PALLAS}.triton",)
_MOSAIC_GPU = (f"{names.PALLAS}.mosaic_gpu",)

PALLAS_FUNCTIONS: tuple[Function, ...] = (
    Function(
        (
            *names.paths((*_PALLAS, *_TPU, *_TRITON, *_MOSAIC_GPU), "load"),
            *names.paths((*_PALLAS, *_TPU), "semaphore_read"),
            *names.paths(_MOSAIC_GPU, "async_load_tmem multimem_load_reduce"),
        ),
        gives=Gives.ELEMENT,
    ),
    Function(
        (
            *names.paths(_PALLAS, "swap"),
            *names.paths(
                (*_PALLAS, *_TRITON), "atomic_add atomic_and atomic_cas atomic_max atomic_min"
            ),
            *names.paths((*_PALLAS, *_TRITON), "atomic_or atomic_xchg atomic_xor"),
        ),
        gives=Gives.ELEMENT,
        pure=False,
    ),
    Function(names.paths(_PALLAS, "program_id"), gives=Gives.POSITION, sign=SignRule.NON_NEGATIVE),
    Function(names.paths(_PALLAS, "num_programs"), gives=Gives.STATIC, sign=SignRule.NON_NEGATIVE),
    Function(
        (*names.paths(_PALLAS, "BlockSpec ds dslice GridSpec"), *names.paths(_TPU, "get_tpu_info")),
        gives=Gives.STATIC,
    ),
    Function(
        names.paths(_PALLAS, "align_to cdiv next_power_of_2 strides_from_shape"), gives=Gives.HOST
    ),
    Function(names.paths(_TPU, "roll"), sign=SignRule.KEPT),
    Function(names.paths(_MOSAIC_GPU, "broadcasted_iota"), sign=SignRule.NON_NEGATIVE),
)
