"""APIs of JAX that call the functions they are given at once, and with what."""

from jaxslice_lint.jax_model.schema import Argument, Body, Caller, Result, Source

_INDEX = Argument(Source.INDEX)
_REST = Argument(Source.REST, "operands")
_TRACER = Argument(Source.TRACER)
_FUNCTION = Argument(Source.FUNCTION)


def _leaves(of: str) -> Argument:
    return Argument(Source.LEAVES, of)


def _element(of: str) -> Argument:
    return Argument(Source.ELEMENT, of)


def _callback(path: str, options: tuple[str, ...], result: Result = Result.ARRAYS) -> Caller:
    body = Body(options[0], (Argument(Source.CONCRETE_REST, "args"),))
    return Caller(path, (*options, "*args"), (body,), result, concrete=True, stages=False)


def _tree_map(path: str, first: str = "tree") -> Caller:
    body = Body("f", (Argument(Source.LEAF_OF_EACH, first),))
    return Caller(path, ("f", first, "*rest"), (body,), Result.STRUCTURE, stages=False)


def _direct(path: str, result: Result, *, stages: bool = False) -> Caller:
    """`api(fun, *primals)`; without staging integers stay concrete."""
    source = Source.REST if stages else Source.SAME
    body = Body("fun", (Argument(source, "primals"),))
    return Caller(path, ("fun", "*primals"), (body,), result, stages=stages)


def _reduction(path: str, options: tuple[str, ...], fun: str) -> Caller:
    return Caller(path, options, (Body(fun, (_TRACER, _TRACER)),))


CALLERS: tuple[Caller, ...] = (
    Caller(
        "jax.lax.fori_loop",
        ("lower", "upper", "body_fun", "init_val"),
        (Body("body_fun", (_INDEX, _leaves("init_val"))),),
        Result.CARRY,
        carry="init_val",
    ),
    Caller(
        "jax.lax.while_loop",
        ("cond_fun", "body_fun", "init_val"),
        (Body("body_fun", (_leaves("init_val"),)), Body("cond_fun", (_leaves("init_val"),))),
        Result.CARRY,
        carry="init_val",
    ),
    Caller(
        "jax.lax.scan",
        ("f", "init", "xs", "length", "reverse", "unroll"),
        (Body("f", (_leaves("init"), _element("xs"))),),
        Result.CARRY_AND_STACKED,
        carry="init",
    ),
    Caller(
        "jax.lax.cond",
        ("pred", "true_fun", "false_fun", "*operands"),
        (Body("true_fun", (_REST,)), Body("false_fun", (_REST,))),
    ),
    Caller("jax.lax.switch", ("index", "branches", "*operands"), (Body("branches", (_REST,)),)),
    Caller("jax.lax.map", ("f", "xs", "batch_size"), (Body("f", (_element("xs"),)),)),
    Caller(
        "jax.lax.associative_scan",
        ("fn", "elems", "reverse", "axis"),
        (Body("fn", (Argument(Source.MEMBER, "elems"), Argument(Source.MEMBER, "elems"))),),
        Result.CARRY,
        carry="elems",
        stages=False,
    ),
    Caller(
        "jax.lax.platform_dependent",
        ("*operands", "default"),
        (Body("default", (_REST,)),),
    ),
    _reduction("jax.lax.reduce", ("operands", "init_values", "computation", "dimensions"),
               "computation"),
    _reduction("jax.lax.reduce_window", ("operand", "init_value", "computation"), "computation"),
    Caller(
        "jax.lax.custom_root",
        ("f", "initial_guess", "solve", "tangent_solve", "has_aux"),
        (
            Body("f", (_leaves("initial_guess"),)),
            Body("solve", (_FUNCTION, _leaves("initial_guess"))),
            Body("tangent_solve", (_FUNCTION, _leaves("initial_guess"))),
        ),
        Result.CARRY,
        carry="initial_guess",
    ),
    Caller(
        "jax.lax.custom_linear_solve",
        ("matvec", "b", "solve", "transpose_solve"),
        (
            Body("matvec", (_leaves("b"),)),
            Body("solve", (_FUNCTION, _leaves("b"))),
            Body("transpose_solve", (_FUNCTION, _leaves("b"))),
        ),
        Result.CARRY,
        carry="b",
    ),
    Caller(
        "jax.numpy.apply_along_axis",
        ("func1d", "axis", "arr", "*args"),
        (Body("func1d", (_element("arr"), Argument(Source.SAME, "args"))),),
        stages=False,
    ),
    Caller(
        "jax.numpy.piecewise",
        ("x", "condlist", "funclist", "*args"),
        (Body("funclist", (_leaves("x"), Argument(Source.REST, "args"))),),
    ),
    Caller("jax.numpy.fromfunction", ("function", "shape"), (Body("function", (_TRACER,)),),
           stages=False),
    _direct("jax.vjp", Result.OUT_AND_FUNCTION),
    _direct("jax.linearize", Result.OUT_AND_FUNCTION),
    Caller(
        "jax.jvp",
        ("fun", "primals", "tangents"),
        (Body("fun", (Argument(Source.SAME, "*primals"),)),),
        Result.PAIR,
        stages=False,
    ),
    Caller(
        "jax.experimental.jet.jet",
        ("fun", "primals", "series"),
        (Body("fun", (_leaves("*primals"),)),),
        Result.PAIR,
        stages=False,
    ),
    _direct("jax.eval_shape", Result.STATIC, stages=True),
    _direct("jax.linear_transpose", Result.FUNCTION, stages=True),
    _direct("jax.closure_convert", Result.FUNCTION, stages=True),
    _direct("equinox.filter_eval_shape", Result.UNKNOWN),
    _direct("equinox.filter_vjp", Result.OUT_AND_FUNCTION),
    Caller(
        "jax.experimental.ode.odeint",
        ("func", "y0", "t", "*args"),
        (Body("func", (_leaves("y0"), _element("t"), Argument(Source.REST, "args"))),),
    ),
    Caller(
        "jax.scipy.optimize.minimize",
        ("fun", "x0", "args"),
        (Body("fun", (_leaves("x0"), _leaves("*args"))),),
        Result.UNKNOWN,
    ),
    _callback("jax.pure_callback", ("callback", "result_shape_dtypes")),
    _callback("jax.experimental.io_callback", ("callback", "result_shape_dtypes")),
    _callback("jax.debug.callback", ("callback",), Result.STATIC),
    _callback("jax.experimental.host_callback.call", ("callback_func",)),
    _callback("jax.experimental.host_callback.id_tap", ("tap_func",)),
    _tree_map("jax.tree.map"),
    _tree_map("jax.tree_map"),
    _tree_map("jax.tree_util.tree_map"),
    _tree_map("jax.tree_multimap"),
)
