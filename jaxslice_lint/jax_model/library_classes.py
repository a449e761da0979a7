"""Classes of libraries whose objects programs make, take apart and change: their fields, and what their methods do."""

from jaxslice_lint.jax_model.functions.schema import Function, Gives
from jaxslice_lint.jax_model.schema import LibraryClass, Member, ModuleClass

_NAMED_TUPLE = "typing.NamedTuple"
_STRUCT = "flax.struct.PyTreeNode"


def _named_tuple(path: str, fields: str) -> LibraryClass:
    return LibraryClass(path, tuple(fields.split()), _NAMED_TUPLE)


_OPTAX = tuple(
    _named_tuple(f"optax.{name}", fields)
    for name, fields in {
        "GradientTransformation": "init update",
        "GradientTransformationExtraArgs": "init update",
        "ApplyEvery": "count grad_acc",
        "EmaState": "count ema",
        "EmptyState": "",
        "FactoredState": "count v_row v_col v",
        "MultiStepsState": "mini_step gradient_step inner_opt_state acc_grads skip_state",
        "ScaleByAdamState": "count mu nu",
        "ScaleByLionState": "count mu",
        "ScaleByRmsState": "nu",
        "ScaleByRssState": "sum_of_squares",
        "ScaleByScheduleState": "count",
        "ScaleState": "",
        "TraceState": "trace",
    }.items()
)

#: What `optax.chain` makes of several transformations of gradients.
CHAIN = ModuleClass(
    "optax.chain",
    methods=frozenset(),
    members={"init": Member.INIT_EACH, "update": Member.UPDATE_EACH},
)
_TRAIN_STATE = ModuleClass(
    "flax.training.train_state.TrainState",
    methods=frozenset(),
    members={"apply_gradients": Member.NEXT_STATE},
    creators={"create": Member.CREATE_STATE},
)

STATE = "equinox.nn.State"
_STATE = ModuleClass(
    STATE,
    methods=frozenset(),
    members={
        "get": Member.GET_STATE,
        "set": Member.SET_STATE,
        "substate": Member.PART_OF_STATE,
        "update": Member.UPDATED_STATE,
    },
)

LIBRARY_CLASSES = (
    *_OPTAX,
    _named_tuple("haiku.Transformed", "init apply"),
    _named_tuple("haiku.TransformedWithState", "init apply"),
    _named_tuple("jraph.GraphsTuple", "nodes edges receivers senders globals n_node n_edge"),
    LibraryClass(
        "flax.training.train_state.TrainState",
        ("step", "apply_fn", "params", "tx", "opt_state"),
        _STRUCT,
        static=frozenset({"apply_fn", "tx"}),
        behaviour=_TRAIN_STATE,
    ),
    LibraryClass("equinox.nn.StateIndex", ("init",), "equinox.Module"),
    LibraryClass(STATE, ("values",), "equinox.Module", behaviour=_STATE),
)

#: What `make_with_state` returns, as a path.
MADE_WITH_STATE = "equinox.nn.make_with_state()"
CREATING_FUNCTIONS = (
    Function((CHAIN.path,), gives=Gives.CHAIN),
    Function(("equinox.nn.make_with_state",), gives=Gives.MODEL_MAKER),
    Function((MADE_WITH_STATE,), gives=Gives.MODEL_AND_STATE),
)
