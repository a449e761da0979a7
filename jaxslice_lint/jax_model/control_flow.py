"""APIs of JAX that call the functions they are given at once, and with what."""

from dataclasses import replace

from jaxslice_lint.jax_model.brainstate import BRAINSTATE_CALLERS
from jaxslice_lint.jax_model.equinox import EQUINOX_CALLERS
from jaxslice_lint.jax_model.flax import FLAX_CALLERS
from jaxslice_lint.jax_model.haiku import HAIKU_CALLERS
from jaxslice_lint.jax_model.pallas import PALLAS_CALLERS
from jaxslice_lint.jax_model.schema import Argument, Body, Caller, Result, Source
from jaxslice_lint.jax_model.solvers import SOLVER_CALLERS

_INDEX = Argument(Source.INDEX)
_TRACER = Argument(Source.TRACER)
_FUNCTION = Argument(Source.FUNCTION)
_ARRAY = Argument(Source.ARRAY)
_STATIC = Argument(Source.STATIC)
_OPERANDS = Argument(Source.REST, "operands")


def _leaves(of: str) -> Argument:
    return Argument(Source.LEAVES, of)


def _element(of: str) -> Argument:
    return Argument(Source.ELEMENT, of)


def _same(of: str) -> Argument:
    return Argument(Source.SAME, of)


def _loop(path: str, options: tuple[str, ...], *bodies: Body, carry: str) -> Caller:
    return Caller(path, options, bodies, Result.CARRY, carry)


def _callback(path: str, options: tuple[str, ...], result: Result = Result.ARRAYS) -> Caller:
    body = Body(options[0], (Argument(Source.CONCRETE_REST, "args"),))
    return Caller(
        path,
        (*options, "*args"),
        (body,),
        result,
        stages=False,
        concrete=True,
        keywords=Source.CONCRETE_REST,
    )


def _tree_map(path: str, *before: Argument) -> Caller:
    body = Body("f", (*before, Argument(Source.LEAF_OF_EACH, "tree")))
    return Caller(path, ("f", "tree", "*rest"), (body,), Result.STRUCTURE, stages=False)


def _tree_reduce(path: str, fun: str, *start: str) -> Caller:
    body = Body(fun, (Argument(Source.LEAF, "tree"), Argument(Source.LEAF, "tree")))
    return Caller(path, (fun, "tree", *start), (body,), Result.UNKNOWN, stages=False)


def _differentiated(path: str, result: Result) -> Caller:
    """`api(fun, *primals)`; the integers among the primals stay concrete."""
    return Caller(
        path, ("fun", "*primals"), (Body("fun", (_same("primals"),)),), result, stages=False
    )


def _abstract(
    path: str, examples: str, result: Result, *, stages: bool = True, keywords: Source | None = None
) -> Caller:
    """`api(fun, *examples)`: traces `fun` for arguments that look like the examples."""
    body = Body("fun", (Argument(Source.REST, examples),))
    return Caller(path, ("fun", f"*{examples}"), (body,), result, stages=stages, keywords=keywords)


def _reduction(path: str, *options: str) -> Caller:
    return Caller(path, options, (Body("computation", (_TRACER, _TRACER)),))


def _krylov(path: str) -> Caller:
    """Iterative solvers; `A` and the preconditioner `M` may be functions."""
    bodies = (Body("A", (_leaves("b"),)), Body("M", (_leaves("b"),)))
    return Caller(path, ("A", "b", "x0"), bodies, Result.PAIR)


_LOOPS = (
    _loop(
        "jax.lax.fori_loop",
        ("lower", "upper", "body_fun", "init_val"),
        Body("body_fun", (_INDEX, _leaves("init_val"))),
        carry="init_val",
    ),
    _loop(
        "jax.lax.while_loop",
        ("cond_fun", "body_fun", "init_val"),
        Body("body_fun", (_leaves("init_val"),)),
        Body("cond_fun", (_leaves("init_val"),)),
        carry="init_val",
    ),
    Caller(
        "jax.lax.scan",
        ("f", "init", "xs", "length", "reverse", "unroll"),
        (Body("f", (_leaves("init"), _element("xs"))),),
        Result.CARRY_AND_STACKED,
        carry="init",
    ),
    Caller("jax.lax.map", ("f", "xs"), (Body("f", (_element("xs"),)),), Result.STACKED),
    Caller(
        "jax.lax.associative_scan",
        ("fn", "elems", "reverse", "axis"),
        (Body("fn", (Argument(Source.SAME, "elems"), Argument(Source.SAME, "elems"))),),
        Result.CARRY,
        carry="elems",
        stages=False,
    ),
    _reduction("jax.lax.reduce", "operands", "init_values", "computation", "dimensions"),
    _reduction("jax.lax.reduce_window", "operand", "init_value", "computation"),
    Caller(
        "jax.lax.scatter_apply",
        ("operand", "scatter_indices", "func", "dimension_numbers"),
        (Body("func", (_TRACER,)),),
    ),
)

_BRANCHES = (
    Caller(
        "jax.lax.cond",
        ("pred", "true_fun", "false_fun", "*operands"),
        (Body("true_fun", (_OPERANDS,)), Body("false_fun", (_OPERANDS,))),
        rest_keyword="operand",
    ),
    Caller(
        "jax.lax.switch",
        ("index", "branches", "*operands"),
        (Body("branches", (_OPERANDS,)),),
        rest_keyword="operand",
        calls_sole=True,
    ),
    Caller(
        "jax.lax.platform_dependent",
        ("*args",),
        tuple(
            Body(platform, (_same("args"),))
            for platform in ("default", "cpu", "gpu", "cuda", "rocm", "tpu")
        ),
        stages=False,
    ),
    Caller(
        "jax.numpy.piecewise",
        ("x", "condlist", "funclist", "*args"),
        (Body("funclist", (_leaves("x"), Argument(Source.REST, "args"))),),
        keywords=Source.LEAVES,
    ),
)

_SOLVERS = (
    _loop(
        "jax.lax.custom_root",
        ("f", "initial_guess", "solve", "tangent_solve", "has_aux"),
        Body("f", (_leaves("initial_guess"),)),
        Body("solve", (_FUNCTION, _leaves("initial_guess"))),
        Body("tangent_solve", (_FUNCTION, _leaves("initial_guess"))),
        carry="initial_guess",
    ),
    _loop(
        "jax.lax.custom_linear_solve",
        ("matvec", "b", "solve", "transpose_solve"),
        Body("matvec", (_leaves("b"),)),
        Body("solve", (_FUNCTION, _leaves("b"))),
        Body("transpose_solve", (_FUNCTION, _leaves("b"))),
        carry="b",
    ),
    _krylov("jax.scipy.sparse.linalg.cg"),
    _krylov("jax.scipy.sparse.linalg.bicgstab"),
    _krylov("jax.scipy.sparse.linalg.gmres"),
    Caller(
        "jax.experimental.sparse.linalg.lobpcg_standard",
        ("A", "X", "m", "tol"),
        (Body("A", (_leaves("X"),)),),
        Result.UNKNOWN,
    ),
    Caller(
        "jax.experimental.ode.odeint",
        ("func", "y0", "t", "*args"),
        (Body("func", (_leaves("y0"), _element("t"), Argument(Source.REST, "args"))),),
        Result.STACKED,
    ),
    Caller(
        "jax.scipy.optimize.minimize",
        ("fun", "x0", "args"),
        (Body("fun", (_leaves("x0"), _same("*args"))),),
        Result.UNKNOWN,
    ),
)

_DERIVATIVES = (
    _differentiated("jax.vjp", Result.OUT_AND_FUNCTION),
    _differentiated("jax.linearize", Result.OUT_AND_FUNCTION),
    Caller(
        "jax.jvp",
        ("fun", "primals", "tangents", "has_aux"),
        (Body("fun", (_same("*primals"),)),),
        Result.PAIR,
        stages=False,
    ),
    Caller(
        "jax.experimental.jet.jet",
        ("fun", "primals", "series"),
        (Body("fun", (_leaves("*primals"),)),),
        Result.PAIR,
    ),
    Caller(
        "jax.custom_derivatives.linear_call",
        ("fun", "fun_transpose", "residual_args", "linear_args"),
        (
            Body("fun", (_leaves("residual_args"), _leaves("linear_args"))),
            Body("fun_transpose", (_leaves("residual_args"), _leaves("linear_args"))),
        ),
    ),
    _abstract("jax.linear_transpose", "primals", Result.FUNCTION, stages=False),
)

_INSPECTED = (
    replace(
        _abstract("jax.eval_shape", "args", Result.STATIC, keywords=Source.LEAVES),
        asks_jitted=True,
    ),
    _abstract("jax.closure_convert", "example_args", Result.FUNCTION_AND_ARRAYS),
    Caller(
        "jax.ad_checkpoint.print_saved_residuals",
        ("f", "*args"),
        (Body("f", (Argument(Source.REST, "args"),)),),
        Result.STATIC,
        keywords=Source.LEAVES,
    ),
)

_ALONG_AXES = (
    Caller(
        "jax.numpy.apply_along_axis",
        ("func1d", "axis", "arr", "*args"),
        (Body("func1d", (_element("arr"), _same("args"))),),
        stages=False,
        keywords=Source.SAME,
    ),
    Caller(
        "jax.numpy.apply_over_axes",
        ("func", "a", "axes"),
        (Body("func", (_same("a"), _STATIC)),),
        stages=False,
    ),
    Caller(
        "jax.numpy.fromfunction",
        ("function", "shape"),
        (Body("function", (Argument(Source.INDICES, "shape"),)),),
        stages=False,
        keywords=Source.SAME,
    ),
    Caller(
        "jax.numpy.mask_indices",
        ("n", "mask_func", "k"),
        (Body("mask_func", (_ARRAY, _same("k"))),),
        Result.UNKNOWN,
        stages=False,
    ),
)

_CALLBACKS = (
    _callback("jax.pure_callback", ("callback", "result_shape_dtypes")),
    _callback("jax.experimental.io_callback", ("callback", "result_shape_dtypes")),
    _callback("jax.debug.callback", ("callback",), Result.STATIC),
    _callback("jax.experimental.host_callback.call", ("callback_func",)),
    _callback("jax.experimental.host_callback.id_tap", ("tap_func",)),
    Caller(
        "jax.debug.inspect_array_sharding",
        ("value",),
        (Body("callback", (_STATIC,)),),
        Result.STATIC,
        stages=False,
        concrete=True,
    ),
    Caller(
        "jax.make_array_from_callback",
        ("shape", "sharding", "data_callback"),
        (Body("data_callback", (_STATIC,)),),
        stages=False,
    ),
)

_TREES = (
    _tree_map("jax.tree.map"),
    _tree_map("jax.tree_map"),
    _tree_map("jax.tree_util.tree_map"),
    _tree_map("jax.tree_multimap"),
    _tree_map("jax.tree_util.tree_multimap"),
    _tree_map("jax.tree.map_with_path", _STATIC),
    _tree_map("jax.tree_util.tree_map_with_path", _STATIC),
    _tree_reduce("jax.tree.reduce", "function", "initializer"),
    _tree_reduce("jax.tree_util.tree_reduce", "function", "initializer"),
    _tree_reduce("jax.tree.reduce_associative", "operation"),
    _tree_reduce("jax.tree_util.tree_reduce_associative", "operation"),
)

#: What returns a function without being given one.
_FUNCTION_MAKERS = (
    Caller("jax.flatten_util.ravel_pytree", ("pytree",), (), Result.OUT_AND_FUNCTION, stages=False),
    *(
        Caller(f"jax.nn.initializers.{name}", (), (), Result.FUNCTION, stages=False)
        for name in (
            *("constant", "delta_orthogonal", "normal", "orthogonal", "truncated_normal"),
            *("uniform", "variance_scaling", "glorot_normal", "glorot_uniform", "xavier_normal"),
            *("xavier_uniform", "he_normal", "he_uniform", "kaiming_normal", "kaiming_uniform"),
            *("lecun_normal", "lecun_uniform"),
        )
    ),
)

CALLERS: tuple[Caller, ...] = (
    *_LOOPS,
    *_BRANCHES,
    *_SOLVERS,
    *_DERIVATIVES,
    *_INSPECTED,
    *_ALONG_AXES,
    *_CALLBACKS,
    *_TREES,
    *_FUNCTION_MAKERS,
    *PALLAS_CALLERS,
    *BRAINSTATE_CALLERS,
    *EQUINOX_CALLERS,
    *FLAX_CALLERS,
    *HAIKU_CALLERS,
    *SOLVER_CALLERS,
)
