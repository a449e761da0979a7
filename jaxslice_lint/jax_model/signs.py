"""Functions whose results are never negative, by the last part of their dotted paths.

`tests/test_signs.py` calls what is listed here, on negative arguments too.
"""


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


#: Positions and counts, whatever goes in.
NON_NEGATIVE = _names(
    "argmax argmin argsort searchsorted digitize count_nonzero bincount axis_index program_id"
    " abs absolute len num_programs axis_size"
)
#: Results with elements, sums or extremes of their first argument.
KEEPING = _names(
    "sum max min amax amin cumsum sort squeeze reshape ravel flatten transpose asarray array astype"
    " copy repeat tile flip roll stop_gradient expand_dims device_put"
)
#: `where(condition, x, y)`.
CHOSEN = _names("where select")
