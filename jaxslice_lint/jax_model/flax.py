"""Flax: modules and their variables, and the transforms of JAX lifted over them."""

from jaxslice_lint.jax_model.functions.schema import Function, Gives
from jaxslice_lint.jax_model.schema import (
    Argument,
    Body,
    Caller,
    How,
    Member,
    ModuleClass,
    Result,
    Source,
    Wrapper,
)

#: Stands for the carry among the axes of a lifted scan.
CARRY_PATH = "flax.nnx.Carry"

_MODULE = Argument(Source.SAME, "mdl")
_OPERANDS = Argument(Source.REST, "operands")
_NUMS = ("static_argnums",)
_NAMES = ("static_argnames",)
_AUX = ("f", "argnums", "has_aux")

#: What stands in `in_axes` of a lifted scan for an argument that is the same in each step.
BROADCAST = frozenset({"flax.linen.broadcast", "flax.core.broadcast", "flax.core.lift.broadcast"})

FLAX_MODULES: tuple[ModuleClass, ...] = (
    ModuleClass(
        "flax.linen.Module",
        marks=frozenset({"flax.linen.compact", "flax.linen.compact_name_scope"}),
        setup="setup",
        members={
            "param": Member.PARAMETER,
            "variable": Member.VARIABLE,
            "get_variable": Member.GET_VARIABLE,
            "put_variable": Member.PUT_VARIABLE,
            "make_rng": Member.ARRAY,
            "has_variable": Member.HAS_VARIABLE,
            "is_initializing": Member.INITIALIZING,
            "perturb": Member.SECOND,
            **dict.fromkeys(
                ("has_rng", "is_mutable_collection", "sow"),
                Member.STATIC,
            ),
            "apply": Member.APPLY,
            "init": Member.INIT,
            "lazy_init": Member.INIT,
            "init_with_output": Member.INIT_WITH_OUTPUT,
            "bind": Member.BIND,
            "clone": Member.COPY,
            "copy": Member.COPY,
        },
        properties={"variables": Member.VARIABLES, "scope": Member.SCOPE},
    ),
    ModuleClass("flax.nnx.Module"),
    ModuleClass("flax.nnx.Pytree"),
)


#: Boxes that nnx keeps arrays in. They are indexed and calculated with like the array.
VARIABLES = frozenset(
    f"flax.nnx.{name}"
    for name in (
        *("BatchStat", "Cache", "Intermediate", "LoRAParam", "OptVariable", "Param"),
        *("Perturbation", "RngCount", "RngKey", "RngState", "Variable"),
    )
)


def _lifted(
    path: str, how: How, *, stages: bool = True, nums: bool = False, is_jit: bool = False
) -> Wrapper:
    """`api(target, …)`: `target` is a class of modules, or a function whose first argument is a module."""
    static = _NUMS if nums else ()
    return Wrapper(path, how, ("target",), static, stages=stages, receivers=1, is_jit=is_jit)


_LINEN_WRAPPERS = (
    _lifted("flax.linen.jit", How.TRACED, nums=True, is_jit=True),
    _lifted("flax.linen.checkpoint", How.TRACED, nums=True),
    _lifted("flax.linen.remat", How.TRACED, nums=True),
    _lifted("flax.linen.vmap", How.MAPPED, stages=False),
    Wrapper(
        "flax.linen.scan",
        How.SCANNED,
        ("target",),
        result=Result.CARRY_AND_STACKED,
        receivers=1,
    ),
    _lifted("flax.linen.map_variables", How.TRANSPARENT, stages=False),
    _lifted("flax.linen.add_metadata_axis", How.TRANSPARENT, stages=False),
    _lifted("flax.linen.named_call", How.TRANSPARENT, stages=False),
    Wrapper("flax.linen.apply", How.TRANSPARENT, ("fn", "module"), stages=False),
)

_NNX_WRAPPERS = (
    Wrapper("flax.nnx.jit", How.TRACED, ("fun",), _NUMS, _NAMES, hashes=True, is_jit=True),
    Wrapper("flax.nnx.pmap", How.MAPPED, ("f",), ("static_broadcasted_argnums",)),
    Wrapper("flax.nnx.shard_map", How.TRACED, ("f",), blocks=True),
    Wrapper("flax.nnx.remat", How.TRACED, ("f",), _NUMS),
    Wrapper("flax.nnx.vmap", How.MAPPED, ("f",), stages=False),
    Wrapper("flax.nnx.scan", How.SCANNED, ("f",), result=Result.CARRY_AND_STACKED),
    Wrapper("flax.nnx.grad", How.TRANSPARENT, _AUX, stages=False, result=Result.GRADIENT),
    Wrapper(
        "flax.nnx.value_and_grad",
        How.TRANSPARENT,
        _AUX,
        stages=False,
        result=Result.VALUE_AND_GRADIENT,
    ),
    Wrapper(
        "flax.nnx.custom_vjp",
        How.CUSTOM_RULE,
        ("fun",),
        ("nondiff_argnums",),
        stages=False,
    ),
)

FLAX_WRAPPERS = (*_LINEN_WRAPPERS, *_NNX_WRAPPERS)


def _branches(path: str, options: tuple[str, ...], *functions: str, module: bool) -> Caller:
    arguments = (_MODULE, _OPERANDS) if module else (_OPERANDS,)
    return Caller(path, options, tuple(Body(fun, arguments) for fun in functions))


_LINEN_CALLERS = (
    _branches(
        "flax.linen.cond",
        ("pred", "true_fun", "false_fun", "mdl", "*operands"),
        "true_fun",
        "false_fun",
        module=True,
    ),
    _branches(
        "flax.linen.switch", ("index", "branches", "mdl", "*operands"), "branches", module=True
    ),
    Caller(
        "flax.linen.while_loop",
        ("cond_fn", "body_fn", "mdl", "init"),
        (
            Body("body_fn", (_MODULE, Argument(Source.LEAVES, "init"))),
            Body("cond_fn", (_MODULE, Argument(Source.LEAVES, "init"))),
        ),
        Result.CARRY,
        "init",
    ),
)

_NNX_CALLERS = (
    _branches(
        "flax.nnx.cond",
        ("pred", "true_fun", "false_fun", "*operands"),
        "true_fun",
        "false_fun",
        module=False,
    ),
    _branches("flax.nnx.switch", ("index", "branches", "*operands"), "branches", module=False),
    Caller(
        "flax.nnx.while_loop",
        ("cond_fun", "body_fun", "init_val"),
        (
            Body("body_fun", (Argument(Source.LEAVES, "init_val"),)),
            Body("cond_fun", (Argument(Source.LEAVES, "init_val"),)),
        ),
        Result.CARRY,
        "init_val",
    ),
    Caller(
        "flax.nnx.fori_loop",
        ("lower", "upper", "body_fun", "init_val"),
        (Body("body_fun", (Argument(Source.INDEX), Argument(Source.LEAVES, "init_val"))),),
        Result.CARRY,
        "init_val",
    ),
    Caller(
        "flax.nnx.eval_shape",
        ("f", "*args"),
        (Body("f", (Argument(Source.REST, "args"),)),),
        Result.ARRAYS,
        keywords=Source.LEAVES,
    ),
)


def _layers(package: str, names: str) -> tuple[Caller, ...]:
    """Modules of the library's own: objects which, when they are called, return arrays."""
    return tuple(
        Caller(f"{package}.{name}", (), (), Result.FUNCTION, stages=False) for name in names.split()
    )


_LINEN_LAYERS = _layers(
    "flax.linen",
    "BatchNorm Bidirectional Conv ConvLSTMCell ConvLocal ConvTranspose Dense DenseGeneral Dropout "
    "Einsum Embed GRUCell GroupNorm InstanceNorm LSTMCell LayerNorm MGUCell MultiHeadAttention "
    "MultiHeadDotProductAttention OptimizedLSTMCell PReLU RMSNorm RNN SelfAttention Sequential "
    "SimpleCell SpectralNorm WeightNorm",
)
_NNX_LAYERS = _layers(
    "flax.nnx",
    "BatchNorm Bidirectional Conv ConvTranspose Dropout Einsum Embed GRUCell GroupNorm "
    "InstanceNorm LSTMCell LayerNorm Linear LinearGeneral LoRA LoRALinear MultiHeadAttention "
    "OptimizedLSTMCell PReLU RMSNorm RNN Sequential SimpleCell SpectralNorm WeightNorm",
)

FLAX_CALLERS = (*_LINEN_CALLERS, *_NNX_CALLERS, *_LINEN_LAYERS, *_NNX_LAYERS)

FLAX_FUNCTIONS = (
    Function(("flax.nnx.split",), gives=Gives.STRUCTURE_AND_STATES),
    Function(("flax.nnx.state",), gives=Gives.STATES),
    Function(("flax.nnx.graphdef",), gives=Gives.STRUCTURE),
    Function(("flax.nnx.merge",), gives=Gives.MERGED_MODEL),
    Function(("flax.nnx.update",), gives=Gives.UPDATED_MODEL),
    Function(("flax.nnx.clone",), gives=Gives.COPIED_MODEL),
    Function(
        (
            "flax.serialization.from_bytes",
            "flax.serialization.from_state_dict",
            "flax.training.checkpoints.restore_checkpoint",
            # What it says is restored, `manager.restore(step, args=StandardRestore(state))` gives.
            "orbax.checkpoint.args.PyTreeRestore",
            "orbax.checkpoint.args.StandardRestore",
        ),
        gives=Gives.RESTORED,
    ),
)
