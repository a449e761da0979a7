"""Functions that give the elements of an array in another order or shape, and some of them."""

from jaxslice_lint.jax_model.functions.schema import (
    BOTH,
    JNP,
    LAX,
    NUMPY,
    Along,
    Arranges,
    Asked,
    Asks,
    DtypeRule,
    Function,
    Gives,
    ShapeRule,
    SignRule,
    with_numpy,
)
from jaxslice_lint.jax_model.names import paths

_SAME = ShapeRule.SAME

_ORDERED = (
    *with_numpy(
        "sort",
        Function(
            (),
            shape=_SAME,
            dtype=DtypeRule.SAME,
            sign=SignRule.KEPT,
            along=Along.SORTED,
            axis=1,
        ),
    ),
    Function(
        paths(LAX, "sort"),
        gives=Gives.TREE,
        shape=_SAME,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
    ),
    Function(
        paths(BOTH, "argsort"),
        shape=_SAME,
        dtype=DtypeRule.INTEGERS,
        sign=SignRule.NON_NEGATIVE,
        along=Along.SORTED,
        axis=1,
    ),
    Function(
        paths(BOTH, "flip"),
        shape=_SAME,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        arranges=Arranges.REVERSED,
        axis=1,
    ),
    Function(paths(BOTH, "fliplr flipud"), shape=_SAME, dtype=DtypeRule.SAME),
    Function(paths(BOTH, "roll"), sign=SignRule.KEPT),
    Function(paths(JNP, "rot90"), asked=(Asked(1, "k"),)),
    Function(paths(JNP, "partition argpartition"), asked=(Asked(1, "kth"),)),
    Function(
        paths(LAX, "top_k"),
        gives=Gives.TREE,
        shape=ShapeRule.PERMUTED,
        several=(DtypeRule.SAME, DtypeRule.INTEGERS),
        asked=(Asked(1, "k"),),
    ),
)
_OTHER_AXES = (
    Function(
        paths(BOTH, "reshape"),
        shape=ShapeRule.RESHAPED,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        asked=(Asked(1, "shape"),),
    ),
    Function(paths(LAX, "reshape"), sign=SignRule.KEPT, asked=(Asked(1, "new_sizes"),)),
    Function(
        paths(BOTH, "ravel"), shape=ShapeRule.VECTOR, dtype=DtypeRule.SAME, sign=SignRule.KEPT
    ),
    Function(
        paths(BOTH, "transpose"),
        shape=ShapeRule.PERMUTED,
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        arranges=Arranges.PERMUTED,
        asked=(Asked(1, "axes"),),
    ),
    Function(paths(LAX, "transpose"), sign=SignRule.KEPT, asked=(Asked(1, "permutation"),)),
    Function(paths(BOTH, "squeeze"), sign=SignRule.KEPT, axis=1),
    Function(paths(BOTH, "expand_dims"), sign=SignRule.KEPT, arranges=Arranges.ADDED, axis=1),
    Function(
        paths(LAX, "squeeze expand_dims"), sign=SignRule.KEPT, asked=(Asked(1, "dimensions"),)
    ),
    Function(
        paths(JNP, "swapaxes"),
        arranges=Arranges.SWAPPED,
        asked=(Asked(1, "axis1"), Asked(2, "axis2")),
    ),
    Function(paths(JNP, "rollaxis"), asked=(Asked(2, "start"),), axis=1),
    Function(paths(JNP, "moveaxis"), asked=(Asked(1, "source"), Asked(2, "destination"))),
    Function(paths(JNP, "broadcast_to"), asked=(Asked(1, "shape"),)),
    Function(paths(LAX, "broadcast"), asked=(Asked(1, "sizes"),)),
    Function(paths(JNP, "resize"), asked=(Asked(1, "new_shape"),)),
    Function(("jax.image.resize",), asked=(Asked(1, "shape"),)),
)
_REPEATED_AND_JOINED = (
    Function(
        paths(JNP, "repeat"),
        sign=SignRule.KEPT,
        axis=2,
        asked=(Asked(1, "repeats", needed=True, unless=("total_repeat_length",)),),
    ),
    Function(paths(NUMPY, "repeat"), sign=SignRule.KEPT),
    Function(paths(JNP, "tile"), sign=SignRule.KEPT, asked=(Asked(1, "reps"),)),
    Function(paths(NUMPY, "tile"), sign=SignRule.KEPT, asks=Asks.ALL),
    Function(paths(LAX, "tile"), sign=SignRule.KEPT),
    Function(paths(JNP, "pad"), asked=(Asked(1, "pad_width"),)),
    Function(paths(JNP, "concatenate"), arranges=Arranges.JOINED, axis=1),
    Function(paths(JNP, "stack"), arranges=Arranges.STACKED, axis=1),
    Function(paths(JNP, "append"), axis=2),
)
_PARTS = (
    Function(paths(JNP, "take"), axis=2),
    Function(
        paths(JNP, "split array_split"), gives=Gives.TREE, asked=(Asked(1, "indices_or_sections"),)
    ),
    Function(paths(JNP, "diag tril triu"), asked=(Asked(1, "k"),)),
    Function(paths(JNP, "diagonal"), asked=(Asked(1, "offset"),)),
    Function(paths(JNP, "diff"), asked=(Asked(1, "n"),)),
    Function(paths(NUMPY, "diff"), asked=(Asked(0, "a"),)),
    Function(
        paths(JNP, "nonzero flatnonzero argwhere"),
        asked=(Asked(0, "a", needed=True, unless=("size",)),),
    ),
    Function(paths(JNP, "unique"), asked=(Asked(0, "ar", needed=True, unless=("size",)),)),
    Function(paths(NUMPY, "unique"), asked=(Asked(0, "ar"),)),
    Function(paths(JNP, "extract"), asked=(Asked(0, "condition", needed=True, unless=("size",)),)),
    Function(
        paths(JNP, "delete"),
        asked=(Asked(1, "obj", needed=True, unless=("assume_unique_indices",)),),
    ),
)

#: What takes a window out of an array, and what writes one into it and returns the array.
_WINDOWS = (
    Function(
        paths(LAX, "slice"),
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        parameters=("operand", "start_indices", "limit_indices", "strides"),
        slicing_error="TypeError",
    ),
    Function(
        paths(LAX, "slice_in_dim"),
        dtype=DtypeRule.SAME,
        sign=SignRule.KEPT,
        parameters=("operand", "start_index", "limit_index", "stride", "axis"),
        slicing_error="TracerIntegerConversionError",
    ),
    Function(
        paths(LAX, "dynamic_slice"),
        shape=ShapeRule.WINDOW,
        dtype=DtypeRule.SAME,
        parameters=("operand", "start_indices", "slice_sizes"),
        sizes=("slice_sizes",),
    ),
    Function(
        paths(LAX, "dynamic_slice_in_dim"),
        shape=ShapeRule.WINDOW_IN_DIM,
        dtype=DtypeRule.SAME,
        parameters=("operand", "start_index", "slice_size", "axis"),
        sizes=("slice_size",),
    ),
    Function(
        paths(LAX, "dynamic_update_slice"),
        shape=_SAME,
        dtype=DtypeRule.SAME,
        parameters=("operand", "update", "start_indices"),
    ),
    Function(
        paths(LAX, "dynamic_update_slice_in_dim"),
        shape=_SAME,
        dtype=DtypeRule.SAME,
        parameters=("operand", "update", "start_index", "axis"),
    ),
    Function(paths(LAX, "dynamic_update_index_in_dim"), shape=_SAME, dtype=DtypeRule.SAME),
)

ARRANGEMENTS = (*_ORDERED, *_OTHER_AXES, *_REPEATED_AND_JOINED, *_PARTS, *_WINDOWS)
