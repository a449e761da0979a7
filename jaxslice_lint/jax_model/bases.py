"""Base classes of libraries that trace the methods which programs override, and methods that call those."""

from jaxslice_lint.jax_model.schema import Argument, Body, Caller, ModuleClass, Result, Source

_GYMNAX = "gymnax.environments.environment.Environment"
_JAXMARL = "jaxmarl.environments.multi_agent_env.MultiAgentEnv"
_PGX = "pgx.core.Env"


def _passing(source: Source, names: str) -> tuple[Argument, ...]:
    return tuple(Argument(source, name) for name in names.split())


_KEY = Argument(Source.ARRAY)
_TRANSITION = frozenset({"reset", "step"})

#: What is under `jit` with `self` static is traced wherever it is called from.
BASE_CLASSES = (
    ModuleClass(
        _GYMNAX,
        methods=frozenset({"reset_env", "step_env"}),
        traced={"reset_env": (1,), "step_env": (1, 2, 3)},
        calls={
            "reset": Caller(
                f"{_GYMNAX}.reset",
                ("key", "params"),
                (Body("reset_env", _passing(Source.LEAVES, "key params")),),
                optional=frozenset({"params"}),
            ),
            "step": Caller(
                f"{_GYMNAX}.step",
                ("key", "state", "action", "params"),
                (
                    Body("step_env", (_KEY, *_passing(Source.LEAVES, "state action params"))),
                    Body("reset_env", (_KEY, *_passing(Source.LEAVES, "params"))),
                ),
                Result.UNKNOWN,
                optional=frozenset({"params"}),
            ),
        },
    ),
    ModuleClass(
        _JAXMARL,
        methods=frozenset({"reset", "step_env"}),
        traced={"reset": (1,), "step_env": (1, 2, 3)},
        calls={
            "step": Caller(
                f"{_JAXMARL}.step",
                ("key", "state", "actions", "reset_state"),
                (
                    Body("step_env", (_KEY, *_passing(Source.LEAVES, "state actions"))),
                    Body("reset", (_KEY,)),
                ),
                Result.UNKNOWN,
                optional=frozenset({"reset_state"}),
            ),
        },
    ),
    ModuleClass(
        _PGX,
        methods=frozenset({"_init", "_step", "_observe"}),
        calls={
            "init": Caller(
                f"{_PGX}.init",
                ("key",),
                (Body("_init", _passing(Source.SAME, "key")),),
                stages=False,
            ),
            "step": Caller(
                f"{_PGX}.step",
                ("state", "action", "key"),
                (Body("_step", _passing(Source.SAME, "state action key")),),
                optional=frozenset({"key"}),
            ),
            "observe": Caller(
                f"{_PGX}.observe",
                ("state", "player_id"),
                (Body("_observe", (*_passing(Source.SAME, "state"), Argument(Source.ARRAY))),),
                stages=False,
                optional=frozenset({"player_id"}),
            ),
        },
    ),
    ModuleClass("brax.envs.base.Env", methods=_TRANSITION),
    ModuleClass("brax.envs.base.PipelineEnv", methods=_TRANSITION),
    ModuleClass("jumanji.env.Environment", methods=_TRANSITION),
    ModuleClass("mujoco_playground.MjxEnv", methods=_TRANSITION),
    ModuleClass(
        "diffrax.AbstractTerm",
        methods=frozenset({"vf", "contr", "prod"}),
        traced={"vf": (1, 2), "contr": (1, 2), "prod": (1, 2)},
    ),
    ModuleClass("diffrax.AbstractSolver", methods=frozenset({"step"}), traced={"step": (2, 3, 4)}),
)

_CALLS = [
    (body.fun, name)
    for row in BASE_CLASSES
    for name, caller in row.calls.items()
    for body in caller.bodies
]
#: By the name of a method of a program, those that may be inherited beside it and call it.
CALLED_BY = {
    override: frozenset(name for one, name in _CALLS if one == override) for override, _ in _CALLS
}
