"""BrainState: transforms that do what those of JAX do, and carry its states along (seen with brainstate 0.5.4)."""

from jaxslice_lint.jax_model.schema import Argument, Body, Caller, How, Result, Source, Wrapper

_CARRY = Argument(Source.LEAVES, "init")
_VALUE = Argument(Source.LEAVES, "init_val")
_OPERANDS = Argument(Source.REST, "operands")

BRAINSTATE_WRAPPERS = (
    Wrapper(
        "brainstate.transform.jit",
        How.TRACED,
        ("fun", "in_shardings", "out_shardings", "static_argnums"),
        ("static_argnums",),
        ("static_argnames",),
        is_jit=True,
    ),
    Wrapper("brainstate.transform.checkpoint", How.TRACED, ("fun",), ("static_argnums",)),
    Wrapper("brainstate.transform.vmap", How.MAPPED, ("fn",), stages=False),
)

BRAINSTATE_CALLERS = (
    Caller(
        "brainstate.transform.for_loop",
        ("f", "xs", "*rest"),
        (Body("f", (Argument(Source.ELEMENT, "xs"), Argument(Source.PARAMETERS))),),
        Result.STACKED,
    ),
    Caller(
        "brainstate.transform.scan",
        ("f", "init", "xs"),
        (Body("f", (_CARRY, Argument(Source.ELEMENT, "xs"))),),
        Result.CARRY_AND_STACKED,
        carry="init",
    ),
    Caller(
        "brainstate.transform.while_loop",
        ("cond_fun", "body_fun", "init_val"),
        (Body("body_fun", (_VALUE,)), Body("cond_fun", (_VALUE,))),
        Result.CARRY,
        carry="init_val",
    ),
    Caller(
        "brainstate.transform.cond",
        ("pred", "true_fun", "false_fun", "*operands"),
        (Body("true_fun", (_OPERANDS,)), Body("false_fun", (_OPERANDS,))),
    ),
    Caller(
        "brainstate.transform.switch",
        ("index", "branches", "*operands"),
        (Body("branches", (_OPERANDS,)),),
    ),
)
