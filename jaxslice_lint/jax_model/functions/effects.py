"""Functions that do more than compute: they change an argument or a setting, or read or write a file."""

from jaxslice_lint.jax_model.functions.schema import BOTH, NUMPY, Function
from jaxslice_lint.jax_model.names import paths

EFFECTS = (
    Function(
        (
            *paths(NUMPY, "copyto fill_diagonal place put putmask"),
            *paths(("operator",), "delitem setitem"),
        ),
        pure=False,
    ),
    Function(
        (
            *paths(BOTH, "set_printoptions"),
            *paths(NUMPY, "setbufsize seterr seterrcall"),
        ),
        pure=False,
    ),
    Function(
        (
            *paths(BOTH, "fromfile load save savez"),
            *paths(NUMPY, "fromregex genfromtxt loadtxt memmap savetxt savez_compressed"),
        ),
        pure=False,
    ),
)
