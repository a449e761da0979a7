"""The vocabulary in which a row says what a function does with its arguments.

A blank cell means that nothing is known. Every other one is probed: `tests/test_jax_model_functions.py` and its
neighbours call what is listed inside and outside a trace.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto

from jaxslice_lint.jax_model import names


class Gives(Enum):
    """What comes out of a function."""

    #: nobody knows
    UNKNOWN = auto()
    #: what NumPy or Python compute: static where all arguments are
    HOST = auto()
    #: an array of JAX: a tracer inside a trace, also where all arguments are static
    ARRAY = auto()
    #: as ARRAY, but maybe several in a list, or in a tree like an argument: both can be changed in place
    TREE = auto()
    #: as TREE; of a Python number a Python number (`psum(1, axis)` is the size of an axis)
    COLLECTIVE = auto()
    #: the position on an axis or a grid: a tracer inside any trace, with no traced argument
    POSITION = auto()
    #: as TREE, but of a Ref another Ref, to the same memory
    REF = auto()
    #: as TREE, and of a Ref what it holds
    ELEMENT = auto()
    #: known while tracing, whatever it is given
    STATIC = auto()
    #: the static attribute of its argument that has its name (`jnp.shape(x)`)
    ATTRIBUTE = auto()
    #: static; whether its argument is a scalar, and whether it has a value: a tracer may answer otherwise than a number
    IS_SCALAR = auto()
    IS_CONCRETE = auto()
    #: the leaves of a pytree, its structure, both of them
    LEAVES = auto()
    STRUCTURE = auto()
    LEAVES_AND_STRUCTURE = auto()
    #: the pytree of a structure and leaves
    TREE_OF_LEAVES = auto()
    #: `tree_at(where, tree, new)`: a copy of a pytree with the parts replaced that `where` returns
    CHANGED_TREE = auto()
    #: several transformations of gradients as one (`optax.chain`)
    CHAIN = auto()
    #: `make_with_state(Model)`, which returns (model, state) when it is called, and what that call gives
    MODEL_MAKER = auto()
    MODEL_AND_STATE = auto()
    #: of a model its structure and states, its states, a new model of a structure and states; the changed model is its
    #: first argument; a copy (`nnx.split`, `state`, `merge`, `update`, `clone`)
    STRUCTURE_AND_STATES = auto()
    STATES = auto()
    MERGED_MODEL = auto()
    UPDATED_MODEL = auto()
    COPIED_MODEL = auto()
    #: an object like the one among its arguments, with other leaves (`restore_checkpoint(path, target)`)
    RESTORED = auto()
    #: a Python value made of its argument: of a tracer it raises (`x.item()`)
    PYTHON = auto()

    __hash__ = object.__hash__  # that of Enum is written in Python


_OPERATIONS = frozenset(
    {Gives.ARRAY, Gives.TREE, Gives.COLLECTIVE, Gives.POSITION, Gives.REF, Gives.ELEMENT}
)
_TREES = frozenset({Gives.TREE, Gives.COLLECTIVE, Gives.REF, Gives.ELEMENT})
_STATIC = frozenset({Gives.STATIC, Gives.ATTRIBUTE, Gives.IS_SCALAR, Gives.IS_CONCRETE})


class ShapeRule(Enum):
    """The shape of the array that comes out, as far as it is followed."""

    UNKNOWN = auto()
    #: the first argument is the shape
    GIVEN = auto()
    #: that of the first argument
    SAME = auto()
    #: that in which all arguments meet
    BROADCAST = auto()
    #: as many axes as the first argument, in another order
    PERMUTED = auto()
    #: the second argument is the shape
    RESHAPED = auto()
    #: the arguments after the first one are the shape, or one that holds all of it
    UNPACKED = auto()
    #: one axis
    VECTOR = auto()
    #: one axis, as long as the first argument says if it is the only one
    COUNTED = auto()
    #: `slice_sizes` is the shape
    WINDOW = auto()
    #: that of the first argument, one axis of it as long as `slice_size` says
    WINDOW_IN_DIM = auto()
    #: two axes
    MATRIX = auto()
    #: one axis more than the first two arguments have where they meet
    SPACED = auto()
    #: as many axes as lists are nested in the first argument
    NESTED = auto()
    #: the axes of the first argument, without those that `axis` names, or all of them
    REDUCED = auto()
    #: the axes that are named behind the arrow of the first argument, which is a string
    LABELLED = auto()

    __hash__ = object.__hash__  # that of Enum is written in Python


class DtypeRule(Enum):
    """The dtype of the array that comes out, unless an argument names another."""

    UNKNOWN = auto()
    #: that of the first argument
    SAME = auto()
    #: that of the first argument if it holds numbers, not booleans
    NUMBERS = auto()
    #: that of the first argument if it holds integers or floats
    REALS = auto()
    #: that of the first argument if it holds floats
    FLOATS = auto()
    #: as SAME, but integers have at least the default size, and booleans count as such
    SUMS = auto()
    #: that in which all arguments meet
    PROMOTED = auto()
    #: that of all positional arguments, if they have the same
    AGREED = auto()
    #: that in which the second and the third argument meet
    CHOSEN = auto()
    #: integers of default size
    INTEGERS = auto()
    BOOLEANS = auto()
    #: floats of default size
    DEFAULT = auto()
    #: that of the elements of the lists that are nested in the first argument
    NESTED = auto()
    #: that of the second argument, which fills the array
    FILL = auto()
    #: integers where all arguments are
    RANGE = auto()
    #: the one that the function is named after
    OWN = auto()

    __hash__ = object.__hash__  # that of Enum is written in Python


class SignRule(Enum):
    """When no element that comes out is negative."""

    UNKNOWN = auto()
    #: always: positions, counts, absolute values
    NON_NEGATIVE = auto()
    #: where no element of the first argument is: its elements, sums or extremes
    KEPT = auto()
    #: where no element of the second and of the third argument is
    CHOSEN = auto()
    #: where the start is not, and there is no step
    RANGE = auto()
    #: where the bounds are not, which are the second and third argument, or the first and third
    CLIPPED = auto()
    CLAMPED = auto()
    #: where `minval` is not, the third argument
    DRAWN = auto()


class Elementwise(Enum):
    """How a function that looks at each element of its arguments for itself can be differentiated."""

    #: with a derivative that is finite for all finite elements
    SMOOTH = auto()
    #: with one that may be infinite, or not a number
    SINGULAR = auto()


class Takes(Enum):
    """How a function is told which elements of its argument count."""

    #: by `where=`
    WHERE = auto()
    #: by `where=`, with the least or greatest value of the dtype as `initial=`
    WHERE_INITIAL = auto()
    #: not at all: zeros do not change its result
    ZEROS = auto()
    #: not at all, and it returns the position of an element
    POSITION = auto()


@dataclass(frozen=True, slots=True)
class Reduction:
    """How a function that reduces axes of its first argument takes a mask.

    `greatest`: whether it looks for the greatest element, not the least. `limited`: with an argument at position 1 that
    is no positive number (`ord` of a norm) zeros do change its result. `singular`: its derivative is NaN for some
    finite elements, as that of the norm of zeros.
    """

    takes: Takes
    greatest: bool = True
    limited: bool = False
    singular: bool = False


class Sums(Enum):
    """Over which axes a product of several arguments sums."""

    #: over the last axis of the first argument and the last but one of the second
    MATRICES = auto()
    #: over the last axis of both
    VECTORS = auto()
    #: over all axes of both
    ALL = auto()
    #: over none: the axes of the first argument, and then those of the second, both taken for vectors
    NONE = auto()
    #: over those that the third argument names, or the last ones of the first with the first ones of the second
    NAMED = auto()
    #: over those that the first argument says (`"ij,jk->ik"`)
    LABELLED = auto()


class Along(Enum):
    """What a function does along an axis that it keeps."""

    #: it divides by the sum, takes `where=`, and returns zeros for elements that do not count
    NORMALISED = auto()
    #: as NORMALISED, but it gives logarithms: those of what does not count make gradients NaN
    LOGARITHMS = auto()
    #: an element depends on those before it, and not on those behind
    RUNNING = auto()
    #: it sorts the elements, or says where they would be; equal ones stay in order
    SORTED = auto()


class Arranges(Enum):
    """What a function does with the axes of its first argument, and its elements."""

    #: the second argument, or all others, say where each axis comes from; without them the axes are reversed
    PERMUTED = auto()
    #: the other two arguments are swapped
    SWAPPED = auto()
    #: the elements along an axis are reversed
    REVERSED = auto()
    #: there is one more axis, at a position
    ADDED = auto()
    #: the arrays in a list are joined end to end along an axis, or along a new one
    JOINED = auto()
    STACKED = auto()


class Cast(Enum):
    """What a conversion does to a tracer: its result is the same value, maybe in another dtype. Rounding is none."""

    #: a tracer it stays
    TRACED = auto()
    #: it asks for its value, as a number or as an index
    NUMBER = auto()
    INDEX = auto()

    __hash__ = object.__hash__  # that of Enum is written in Python


class Asks(Enum):
    """Which values a function asks for besides those of the parameters that it names."""

    NOTHING = auto()
    #: those of all positional arguments
    ALL = auto()
    #: that of its argument, if it is the only one
    ONLY = auto()
    #: that of the first item of what it goes through
    FIRST_ITEM = auto()
    #: those of all items of what it goes through, which it hashes
    ITEMS = auto()
    #: those of all items of what it goes through, if there are several to be compared
    SEVERAL_ITEMS = auto()
    #: that of the first argument, if the second is a format
    FORMATTED = auto()


@dataclass(frozen=True, slots=True)
class Asked:
    """A parameter whose value a function asks for, of which a tracer has none; of a tuple it asks for the items.

    `position`: None if it is passed by keyword alone. `needed`: where it may be a tracer it is one, for nobody passes
    None or an empty container for it through a transform. `unless`: options of which one says the same without its
    value.
    """

    position: int | None
    name: str = ""
    needed: bool = False
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """What the functions at `paths` do, which behave alike.

    `gives`: None if that is as in its package, and so is `pure`: calling it does nothing but compute, the same each
    time. `dtype_at`, `axis`: the positions of the parameters `dtype` and `axis`; it asks for the value of `axis`.
    `fills`: it makes an array of constants: written twice, XLA makes it once. `symbol`: the binary operator that it is.
    `runs`: it runs a generator to its end. `parameters`: in order, of a function whose calls are watched, since a rule
    is about them; `sizes`: those of them that make the shape of its result, and must be static.
    `slicing_error`: of a function that does what a subscript does, what JAX raises where a bound is traced. Behind the
    array come start, stop and step; then the axis that is sliced, or else there are as many of each as axes. With fewer
    arguments than `least` or more than `most` it does something else. `several`: it gives several arrays, which differ
    in their dtypes alone. `mapped`: it works nowhere but where a named axis
    is mapped, which is inside a trace.
    """

    paths: tuple[str, ...]
    gives: Gives | None = None
    shape: ShapeRule = ShapeRule.UNKNOWN
    dtype: DtypeRule = DtypeRule.UNKNOWN
    several: tuple[DtypeRule, ...] = ()
    sign: SignRule = SignRule.UNKNOWN
    elementwise: Elementwise | None = None
    reduction: Reduction | None = None
    sums: Sums | None = None
    along: Along | None = None
    arranges: Arranges | None = None
    symbol: str = ""
    cast: Cast | None = None
    dtype_at: int | None = None
    axis: int | None = None
    asks: Asks = Asks.NOTHING
    asked: tuple[Asked, ...] = ()
    fills: bool = False
    runs: bool = False
    parameters: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    slicing_error: str = ""
    least: int = 1
    most: int | None = None
    pure: bool | None = None
    mapped: bool = False

    @property
    def is_operation(self) -> bool:
        """Whether calling it runs a JAX operation."""
        return self.gives in _OPERATIONS

    @property
    def may_give_trees(self) -> bool:
        """Whether it may give something else than one array, though it runs a JAX operation."""
        return self.gives in _TREES

    @property
    def is_static(self) -> bool:
        """Whether its result is static whatever it is given."""
        return self.gives in _STATIC


@dataclass(frozen=True, slots=True)
class Package:
    """What functions of a package do of which no row says otherwise; that of the longest path holds."""

    path: str
    gives: Gives
    pure: bool = True


JAX = ("jax",)
JNP = (names.NUMPY,)
LAX = (names.LAX,)
NN = ("jax.nn",)
NUMPY = (names.HOST,)
#: What NumPy has and `jax.numpy` after it.
BOTH = (*JNP, *NUMPY)


def with_numpy(listed: str, row: Function) -> tuple[Function, Function]:
    """The rows of functions that NumPy has too, where they ask for all of their arguments."""
    of_jax = replace(row, paths=(*names.paths(JNP, listed), *row.paths))
    return of_jax, replace(row, paths=names.paths(NUMPY, listed), asks=Asks.ALL)
