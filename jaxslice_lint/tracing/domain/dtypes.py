"""dtypes by their names, and what becomes of numbers that are converted to them."""

import re

from jaxslice_lint.jax_model.dtypes import DTYPE_CODES, FLOATING
from jaxslice_lint.tracing.domain.data import Data, Kind, NoConstant
from jaxslice_lint.tracing.domain.polynomials import Poly
from jaxslice_lint.tracing.domain.symbolic import Atoms
from jaxslice_lint.tracing.domain.values import External, Value

_BITS = re.compile(r"(?P<kind>u?int)(?P<bits>\d*)")
_DTYPES = ("int", "uint", "float", "bfloat", "bool", "complex")


def dtype_name(value: Value | None) -> str | None:
    """The dtype that an argument names."""
    match value:
        case External(path=path):
            name = path.rpartition(".")[2]
            return name if name.startswith(_DTYPES) else None
        case Data(const=str() as name):
            return DTYPE_CODES.get(name, name)
        case Data(kind=Kind.PYTHON, const=NoConstant.TOKEN, ndim=None, dtype=dtype):
            return dtype  # that of an array
    return None


def unnamed(number: int) -> str:
    """The dtype of something of which it is not known: the same symbol stands for the same dtype."""
    return f"?{number}"


def number_of(dtype: str) -> int:
    """The symbol of such a dtype."""
    return int(dtype[1:])


def is_unnamed(dtype: str | None) -> bool:
    """Whether a dtype is one of these."""
    return dtype is not None and dtype.startswith("?")


def without_symbol(dtype: str | None) -> str | None:
    """A dtype, if it has a name."""
    return None if is_unnamed(dtype) else dtype


def told(dtype: str | None) -> str | None:
    """A dtype as others are told of it: by its name, or by its kind."""
    return "float" if dtype == FLOATING else without_symbol(dtype)


def are_same(one: str | None, other: str | None) -> bool:
    """Whether two dtypes are sure to be the same."""
    return one is not None and one == other and one != FLOATING


def is_integer(dtype: str | None) -> bool:
    """Whether a dtype name is that of integers."""
    return dtype is not None and dtype.startswith(("int", "uint", "bool"))


def may_wrap(source: str | None, target: str | None, const: object) -> bool:
    """Whether an integer becomes another one when it is converted: a known one, or one without a sign that gets one."""
    before, after = _BITS.fullmatch(source or ""), _BITS.fullmatch(target or "")
    if after is None:
        return False
    bits, is_signed = int(after["bits"] or 32), after["kind"] == "int"
    if isinstance(const, int):
        lowest = -(2 ** (bits - 1)) if is_signed else 0
        return not lowest <= const < lowest + 2**bits
    if before is None or before["kind"] == "int" or not is_signed:
        return False
    return bits <= int(before["bits"] or 32)


def symbol_after(atoms: Atoms, value: Data, dtype: str | None) -> Poly | None:
    """The symbol of a number after a conversion to `dtype`: the same, unless a fraction may have been cut off, or it
    may have become another one."""
    if value.poly is None or dtype in (None, value.dtype) or not is_integer(dtype):
        return value.poly
    if may_wrap(value.dtype, dtype, value.const):
        return atoms.operation("wrap", value.poly)
    return value.poly if is_integer(value.dtype) else atoms.operation("cast", value.poly)


def promoted(left: Data, right: Data) -> str | None:
    """The dtype in which two values meet."""
    if left.dtype == right.dtype:
        return left.dtype
    for weak, other in ((left, right), (right, left)):
        if weak.kind is Kind.PYTHON and weak.dtype in ("int", "bool"):
            return "int" if (weak.dtype, other.dtype) == ("int", "bool") else other.dtype
        if weak.kind is Kind.PYTHON and weak.dtype == "float" and is_unnamed(other.dtype):
            return None
        if weak.kind is Kind.PYTHON and weak.dtype == "float" and other.dtype is not None:
            return other.dtype if "float" in other.dtype else "float"
        has_integers = (weak.dtype or "").startswith(("int", "uint", "bool"))
        is_jax = left.kind is right.kind is Kind.JAX
        if is_jax and has_integers and "float" in (other.dtype or ""):
            return other.dtype
    return None
