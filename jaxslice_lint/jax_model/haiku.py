"""Haiku: transformed functions, modules, and the parameters and state that they read."""

from dataclasses import replace

from jaxslice_lint.jax_model.functions.schema import Function, Gives
from jaxslice_lint.jax_model.names import paths
from jaxslice_lint.jax_model.schema import Caller, How, ModuleClass, Result, Wrapper

HAIKU_MODULES = (ModuleClass("haiku.Module"), ModuleClass("haiku.RNNCore"))

_HAIKU = ("haiku",)

#: Inside a transformed function these give arrays; a key is another one each time.
HAIKU_FUNCTIONS = (
    Function(paths(_HAIKU, "dropout get_parameter get_state"), gives=Gives.ARRAY, pure=True),
    Function(paths(_HAIKU, "next_rng_key"), gives=Gives.ARRAY, pure=False),
)


def _function(name: str, skips: int, result: Result) -> tuple[str, Wrapper]:
    row = Wrapper("haiku.transform", How.TRANSPARENT, ("f",), stages=False, result=result)
    return name, replace(row, skips=skips)


HAIKU_WRAPPERS = (Wrapper("haiku.layer_stack", How.TRACED, ("fun",)),)

HAIKU_CALLERS = (
    Caller(
        "haiku.transform",
        ("f",),
        (),
        functions=(
            _function("init", 1, Result.UNKNOWN),
            _function("apply", 2, Result.ARRAYS),
        ),
    ),
    Caller(
        "haiku.transform_with_state",
        ("f",),
        (),
        functions=(
            _function("init", 1, Result.UNKNOWN),
            _function("apply", 3, Result.PAIR),
        ),
    ),
    Caller("haiku.without_apply_rng", ("f",), (), fewer="apply"),
    *(
        Caller(f"haiku.{name}", (), (), Result.FUNCTION, stages=False)
        for name in (
            *("AvgPool", "BatchNorm", "Bias", "Conv1D", "Conv1DTranspose", "Conv2D", "ConvND"),
            *("Conv2DTranspose", "Conv3D", "Conv3DTranspose", "DeepRNN", "Embed", "Flatten", "GRU"),
            *("GroupNorm", "InstanceNorm", "LSTM", "LayerNorm", "Linear", "MaxPool", "RMSNorm"),
            *("MultiHeadAttention", "Reshape", "Sequential", "VanillaRNN", "nets.MLP"),
        )
    ),
)
