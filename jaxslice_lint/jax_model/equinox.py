"""Equinox and its like: transforms that tell arrays from other leaves; wrappers of chex that change nothing."""

from jaxslice_lint.jax_model.functions.schema import Function, Gives
from jaxslice_lint.jax_model.schema import Argument, Body, Caller, How, Result, Source, Wrapper


def _filtered(path: str, how: How, *, stages: bool = True) -> Wrapper:
    return Wrapper(path, how, stages=stages)


def _jit(path: str, fun: str) -> Wrapper:
    return Wrapper(path, How.ARRAYS_TRACED, (fun,), is_jit=True)


def _transparent(path: str, fun: str, result: Result = Result.ARRAYS) -> Wrapper:
    return Wrapper(path, How.TRANSPARENT, (fun,), stages=False, result=result)


EQUINOX_WRAPPERS = (
    _jit("equinox.filter_jit", "fun"),
    _filtered("equinox.filter_pmap", How.ARRAYS_TRACED),
    _filtered("equinox.filter_checkpoint", How.ARRAYS_TRACED),
    _filtered("equinox.filter_vmap", How.ARRAYS_MAPPED, stages=False),
    Wrapper("equinox.filter_make_jaxpr", How.ARRAYS_TRACED, ("fun",), result=Result.STATIC),
    _transparent("equinox.filter_grad", "fun", Result.GRADIENT),
    _transparent("equinox.filter_value_and_grad", "fun", Result.VALUE_AND_GRADIENT),
    _transparent("equinox.filter_jacfwd", "fun", Result.GRADIENT),
    _transparent("equinox.filter_jacrev", "fun", Result.GRADIENT),
    _transparent("equinox.filter_hessian", "fun", Result.GRADIENT),
    _transparent("equinox.filter_custom_vjp", "fn"),
    _transparent("equinox.filter_custom_jvp", "fn"),
    _transparent("equinox.internal.noinline", "fn"),
    _transparent("chex.assert_max_traces", "fn"),
    _transparent("chex.chexify", "fn"),
    _jit("haliax.named_jit", "fn"),
)

_PRIMALS = Argument(Source.SAME, "primals")
_LAYERS = (
    "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d "
    "AdaptiveMaxPool3d AdaptivePool AvgPool1d AvgPool2d AvgPool3d BatchNorm Conv Conv1d Conv2d "
    "Conv3d ConvTranspose ConvTranspose1d ConvTranspose2d ConvTranspose3d Dropout Embedding "
    "GRUCell GroupNorm LSTMCell LayerNorm Linear MLP MaxPool1d MaxPool2d MaxPool3d "
    "MultiheadAttention PReLU RMSNorm RotaryPositionalEmbedding Sequential SpectralNorm WeightNorm"
)

EQUINOX_CALLERS = (
    Caller("equinox.if_array", ("axis",), (), Result.MARK, stages=False),
    Caller(
        "equinox.filter_eval_shape",
        ("fun", "*args"),
        (Body("fun", (Argument(Source.ARRAYS, "args"),)),),
        Result.UNKNOWN,
        keywords=Source.ARRAYS,
    ),
    Caller(
        "equinox.filter_closure_convert",
        ("fn", "*args"),
        (Body("fn", (Argument(Source.ARRAYS, "args"),)),),
        Result.FUNCTION,
        keywords=Source.ARRAYS,
    ),
    Caller(
        "equinox.filter_vjp",
        ("fun", "*primals"),
        (Body("fun", (_PRIMALS,)),),
        Result.OUT_AND_FUNCTION,
        stages=False,
    ),
    Caller(
        "equinox.filter_jvp",
        ("fn", "primals", "tangents"),
        (Body("fn", (Argument(Source.SAME, "*primals"),)),),
        Result.PAIR,
        stages=False,
    ),
    Caller(
        "equinox.filter_pure_callback",
        ("callback", "*args"),
        (Body("callback", (Argument(Source.CONCRETE_REST, "args"),)),),
        stages=False,
        concrete=True,
        keywords=Source.CONCRETE_REST,
    ),
    *(
        Caller(f"equinox.nn.{name}", (), (), Result.FUNCTION, stages=False)
        for name in _LAYERS.split()
    ),
)

EQUINOX_FUNCTIONS = (
    Function(("equinox.tree_at",), gives=Gives.CHANGED_TREE),
    Function(("equinox.tree_deserialise_leaves",), gives=Gives.RESTORED),
)
