"""Libraries that solve, optimise and sample: what they call the functions with that they are handed."""

from jaxslice_lint.jax_model.schema import Argument, Body, Caller, How, Result, Source, Wrapper

_TRACER = Argument(Source.TRACER)
_PARAMETERS = Argument(Source.PARAMETERS)
_ARGS = Argument(Source.ARRAYS, "args")


def _term(path: str, *options: str) -> Wrapper:
    """A term of a differential equation stands for its vector field."""
    return Wrapper(path, How.TRANSPARENT, ("vector_field", *options), stages=False)


def _optimistix(name: str) -> Caller:
    body = Body("fn", (Argument(Source.LEAVES, "y0"), _ARGS))
    options = ("fn", "solver", "y0", "args", "options")
    return Caller(f"optimistix.{name}", options, (body,), Result.UNKNOWN)


def _sampler(path: str, *arguments: Argument, options: tuple[str, ...]) -> Caller:
    """A sampler calls its first function while it draws, which it stages."""
    return Caller(path, options, (Body(options[-1], arguments),), Result.UNKNOWN)


#: The arguments of `solver.run(params, *args)` are tracers in the function that is optimised.
_JAXOPT = tuple(
    Wrapper(f"jaxopt.{name}", How.TRACED, (fun,), result=Result.UNKNOWN)
    for fun, names in (
        ("fun", "GradientDescent LBFGS BFGS NonlinearCG ProjectedGradient ProximalGradient"),
        ("residual_fun", "GaussNewton LevenbergMarquardt"),
        ("fixed_point_fun", "FixedPointIteration AndersonAcceleration"),
        ("fun", "Broyden"),
        ("optimality_fun", "Bisection"),
        ("opt_fun", "OptaxSolver"),
    )
    for name in names.split()
)

SOLVER_WRAPPERS = (
    _term("diffrax.ODETerm"),
    _term("diffrax.ControlTerm", "control"),
    Wrapper("lineax.FunctionLinearOperator", How.TRANSPARENT, ("fn",), stages=False),
    *_JAXOPT,
)

SOLVER_CALLERS = (
    Caller("diffrax.MultiTerm", ("*terms",), (), Result.REST, stages=False),
    Caller(
        "diffrax.diffeqsolve",
        ("terms", "solver", "t0", "t1", "dt0", "y0", "args"),
        (Body("terms", (_TRACER, Argument(Source.LEAVES, "y0"), _ARGS)),),
        Result.UNKNOWN,
    ),
    *(
        Caller(f"diffrax.{name}", (), (Body("fn", (_TRACER, _TRACER, _PARAMETERS)),), Result.STATIC)
        for name in ("SaveAt", "SubSaveAt")
    ),
    *map(_optimistix, ("root_find", "fixed_point", "least_squares", "minimise")),
    Caller(
        "lineax.linear_solve",
        ("operator", "vector"),
        (Body("operator", (Argument(Source.LEAVES, "vector"),)),),
        Result.UNKNOWN,
    ),
    Caller("numpyro.sample", ("name", "fn", "obs"), (), Result.CARRY_OR_ARRAY, "obs", stages=False),
    *(
        _sampler(f"numpyro.infer.{name}", _PARAMETERS, options=("model",))
        for name in ("HMC", "NUTS", "Predictive")
    ),
    *(
        _sampler(f"blackjax.{name}", _TRACER, options=("logdensity_fn",))
        for name in ("hmc", "nuts")
    ),
    _sampler("blackjax.window_adaptation", _TRACER, options=("algorithm", "logdensity_fn")),
)
