"""The vocabulary in which `jax_model` says what an API does with the functions and values it is given.

A row names an API by its public dotted path. The tracer knows these few words and nothing about any single API.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class How(Enum):
    """What a transform does with the arguments of the function it wraps."""

    #: every array and number becomes a tracer, except the static parameters
    TRACED = auto()
    #: arrays become tracers, Python numbers stay static (equinox)
    ARRAYS_TRACED = auto()
    #: as MAPPED; without `in_axes` only arrays are mapped (equinox)
    ARRAYS_MAPPED = auto()
    #: arguments with an axis in `in_axes` become tracers, the others pass unchanged
    MAPPED = auto()
    #: a carry and elements along the axes in `in_axes` become tracers, the others pass unchanged (`nn.scan`)
    SCANNED = auto()
    #: every argument not `excluded` becomes a tracer (`jnp.vectorize`)
    VECTORIZED = auto()
    #: arguments pass unchanged; integers stay concrete (`grad`)
    TRANSPARENT = auto()
    #: as TRACED inside another trace, else TRANSPARENT (`custom_jvp`)
    CUSTOM_RULE = auto()
    #: every argument becomes a Ref (`pallas_call`)
    KERNEL = auto()


class Result(Enum):
    """What comes out, as a function of what the wrapped function returned."""

    #: the returned structure with arrays as leaves
    ARRAYS = auto()
    #: arrays in the structure of the differentiated arguments
    GRADIENT = auto()
    #: (value, gradient)
    VALUE_AND_GRADIENT = auto()
    #: (returned structure, something else with arrays as leaves)
    PAIR = auto()
    #: (something else, returned structure) (`checkify`)
    ERROR_AND_OUT = auto()
    #: (returned structure, function that returns arrays)
    OUT_AND_FUNCTION = auto()
    #: (function that returns arrays, list of arrays) (`closure_convert`)
    FUNCTION_AND_ARRAYS = auto()
    #: a function that returns arrays
    FUNCTION = auto()
    #: known while tracing: shapes, a jaxpr, …
    STATIC = auto()
    UNKNOWN = auto()
    #: the returned structure with arrays of one more axis as leaves
    STACKED = auto()
    #: the initial carry with arrays as leaves
    CARRY = auto()
    #: (carry, second returned value with arrays as leaves)
    CARRY_AND_STACKED = auto()
    #: what the function returns, in the structure of its first tree (`tree.map`)
    STRUCTURE = auto()
    #: the further positional arguments (`MultiTerm`)
    REST = auto()
    #: the argument `carry` where it is given, else an array (`numpyro.sample(…, obs=x)`)
    CARRY_OR_ARRAY = auto()
    #: something that options of transforms know by its path (`eqx.if_array`)
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Wrapper:
    """An API that takes a function and returns one: `jit(f)`, `@partial(jit, …)`, `vmap(f)`.

    `static_nums`, `static_names`: the options that name static parameters; `static`: those that every function has
    under it, by name or number. `stages`: inside, the result of every JAX operation is traced, also when its inputs
    are static (`jit`, not `vmap`). `options`: positional order of its parameters, of which number `position` takes
    the function. `blocks`: the function sees blocks of the arguments, of other shapes (`shard_map`). `receivers`: so
    many leading arguments are modules, which pass unchanged; of a class it transforms the methods (`nn.scan`). `skips`:
    so many leading arguments are the framework's, and do not reach the function (`hk.transform(f).apply`). `hashes`:
    static arguments are hashed, so that none of them is a tracer. `is_jit`: below `disable_jit` it calls the function
    as it is.
    """

    path: str
    how: How
    options: tuple[str, ...] = ("fun",)
    static_nums: tuple[str, ...] = ()
    static_names: tuple[str, ...] = ()
    stages: bool = True
    result: Result = Result.ARRAYS
    blocks: bool = False
    receivers: int = 0
    skips: int = 0
    position: int = 0
    static: tuple[str | int, ...] = ()
    hashes: bool = False
    is_jit: bool = False

    @property
    def function(self) -> str:
        """The option that takes the function."""
        return self.options[self.position]


class Source(Enum):
    """Where an argument of a body comes from."""

    #: a traced integer of JAX's own
    INDEX = auto()
    #: the named argument with tracers as leaves
    LEAVES = auto()
    #: one element along the first axis of the named argument
    ELEMENT = auto()
    #: the named argument unchanged
    SAME = auto()
    #: the named argument, its arrays as tracers and its Python numbers as they are
    ARRAYS = auto()
    #: all further positional arguments, with tracers as leaves
    REST = auto()
    #: something unknown for each further parameter that the function needs
    PARAMETERS = auto()
    #: all further positional arguments, as host values
    CONCRETE_REST = auto()
    #: one leaf of the named tree, unchanged (`tree.reduce`)
    LEAF = auto()
    #: one leaf of the named tree and of all further positional arguments
    LEAF_OF_EACH = auto()
    #: a tracer of JAX's own
    TRACER = auto()
    #: a function of JAX's own
    FUNCTION = auto()
    #: an array of JAX's own, made here: a tracer inside a trace
    ARRAY = auto()
    #: a Python value of JAX's own
    STATIC = auto()
    #: one traced integer for each entry of the named argument (`fromfunction`)
    INDICES = auto()
    #: one Ref for each further positional argument (`run_scoped`)
    REFS = auto()


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument that a body is called with; `of` names the API's parameter that it is made from."""

    source: Source
    of: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A function among the arguments of an API (or a sequence of functions), and what it is called with."""

    fun: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """An API that calls the functions it is given at once: `scan(f, init, xs)`.

    `options`: positional order of its parameters; a name after `*` collects the rest. `stages` is False where the
    functions run as if called here. `keywords`: further keyword arguments go to the functions, as this says.
    `rest_keyword`: one more operand may be passed under this name (`cond(…, operand=x)`).
    `asks_jitted`: a jitted function is called as it is, so that its static parameters stay static (`eval_shape`).
    `calls_sole`: where there is one function alone, it is called here, and nothing is staged (`switch`).
    `decorator`: called without its function, it returns a decorator that runs the decorated function at once.
    `optional`: options that are None where nothing is passed.
    `functions`: it returns a NamedTuple of functions that call its first argument as these rows say. `fewer`: given
    such a tuple, it returns one whose function of this name takes one argument less of the framework's.
    """

    path: str
    options: tuple[str, ...]
    bodies: tuple[Body, ...]
    result: Result = Result.ARRAYS
    carry: str = ""
    stages: bool = True
    concrete: bool = False
    keywords: Source | None = None
    rest_keyword: str = ""
    asks_jitted: bool = False
    calls_sole: bool = False
    decorator: bool = False
    optional: frozenset[str] = frozenset()
    functions: tuple[tuple[str, Wrapper], ...] = ()
    fewer: str = ""


class Register(Enum):
    """How a class decorator, a base class or a call that registers a class treats fields."""

    #: every field is data, but for those that their specifier makes static
    FIELDS = auto()
    #: `data_fields=` and `meta_fields=` name them
    NAMES = auto()
    #: `tree_flatten` or the given function returns (data, static): `return (self.x,), self.n`
    FLATTEN = auto()
    #: as FLATTEN, but `tree_flatten_with_keys`; each part of the data is a pair of a key and a value
    FLATTEN_WITH_KEYS = auto()
    #: no field is data: the object passes through transforms as it is
    STATIC = auto()
    #: attributes that are or hold arrays are data, Python values are static (nnx)
    ARRAYS = auto()
    #: arrays are data, of anything else nothing is known
    SEEN = auto()


@dataclass(frozen=True, slots=True)
class PytreeClass:
    """A decorator, base class or function that makes the instances of a class pytrees.

    `static_when`: keyword and value of the field specifier that make a field static. `options`: positional order of
    its parameters; first the class. `advice`: in words, how a field is made static.
    """

    path: str
    register: Register = Register.FIELDS
    static_when: tuple[str, bool] | None = None
    options: tuple[str, ...] = ("nodetype",)
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Assumed:
    """A function of the analysed code, or all in a class or module, that only its users trace.

    `traced`: parameters that are traced whatever their annotations say.
    """

    path: str
    traced: frozenset[str] = frozenset()


class Member(Enum):
    """What a method is that the modules of a framework inherit. "Variables" are the arrays of `apply(variables, …)`."""

    #: `self.param(name, init, …)`: a variable, like what `init(key, …)` makes
    PARAMETER = auto()
    #: `self.variable(collection, name, init, …)`: an object whose `.value` is a variable, like what `init(…)` makes
    VARIABLE = auto()
    #: some variable or other array
    ARRAY = auto()
    #: `self.get_variable(collection, name, default)`: what is stored there
    GET_VARIABLE = auto()
    #: `self.put_variable(collection, name, value)`
    PUT_VARIABLE = auto()
    #: `self.variables[collection][name]`
    VARIABLES = auto()
    #: `self.scope`, which has the methods for variables that the module has
    SCOPE = auto()
    #: `self.has_variable(collection, name)`: known while tracing
    HAS_VARIABLE = auto()
    #: `self.is_initializing()`: known while tracing, whether `init` goes on
    INITIALIZING = auto()
    #: known while tracing
    STATIC = auto()
    #: `self.perturb(name, value)` is `value`
    SECOND = auto()
    #: `module.apply(variables, *args)` calls a method of a copy that holds `variables`
    APPLY = auto()
    #: as `APPLY` without variables, and returns the new ones
    INIT = auto()
    #: as `INIT`, and returns (result, variables)
    INIT_WITH_OUTPUT = auto()
    #: a copy that holds the variables
    BIND = auto()
    #: a copy with other fields
    COPY = auto()
    #: `init(params)`, `update(updates, state, params)` of several transformations of gradients, one after the other
    INIT_EACH = auto()
    UPDATE_EACH = auto()
    #: `C.create(apply_fn=…, params=…, tx=…)`: an object of the class `C`, its optimizer `tx` initialized
    CREATE_STATE = auto()
    #: `state.apply_gradients(grads=…)`: a copy after one step of its optimizer
    NEXT_STATE = auto()
    #: `state.get(index)`, `state.set(index, value)`, `state.substate(layer)`, `state.update(substate)` (equinox)
    GET_STATE = auto()
    SET_STATE = auto()
    PART_OF_STATE = auto()
    UPDATED_STATE = auto()


@dataclass(frozen=True, slots=True)
class ModuleClass:
    """A base class of modules, which a framework calls inside a trace unless the program is seen to call them.

    `methods` it calls, and those that carry a decorator in `marks`; `traced`: which of their arguments are tracers,
    whatever their annotations say, counted behind `self`. `calls`: methods that call those of a module, as bodies.
    `setup`: a method that gives a module further attributes when it is first used. `members`: methods that its modules
    inherit; `properties`: attributes; `creators`: methods of the class that make objects.
    """

    path: str
    methods: frozenset[str] = frozenset({"__call__"})
    traced: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    calls: Mapping[str, Caller] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()
    setup: str = ""
    members: Mapping[str, Member] = field(default_factory=dict)
    properties: Mapping[str, Member] = field(default_factory=dict)
    creators: Mapping[str, Member] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LibraryClass:
    """A class of a library: its fields in order, those that are `static`, and the decorator or base class that it has.

    `behaviour`: the methods that its objects have beside those of the base.
    """

    path: str
    fields: tuple[str, ...]
    base: str
    static: frozenset[str] = frozenset()
    behaviour: ModuleClass | None = None
