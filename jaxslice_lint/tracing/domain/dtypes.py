"""Names of dtypes."""

from jaxslice_lint.jax_model.dtypes import DTYPE_CODES
from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.values import External, Value

_DTYPES = ("int", "uint", "float", "bfloat", "bool", "complex")


def dtype_name(value: Value | None) -> str | None:
    """The dtype that an argument names."""
    match value:
        case External(path=path):
            name = path.rpartition(".")[2]
            return name if name.startswith(_DTYPES) else None
        case Data(const=str() as name):
            return DTYPE_CODES.get(name, name)
    return None


def is_integer(dtype: str | None) -> bool:
    """Whether a dtype name is that of integers."""
    return dtype is not None and dtype.startswith(("int", "uint", "bool"))
