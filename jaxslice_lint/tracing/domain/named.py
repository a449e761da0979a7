"""What a value is called where it is read: a number has a name there; what only callers know is not seen."""

from collections.abc import Hashable

from jaxslice_lint.tracing.domain.data import Data
from jaxslice_lint.tracing.domain.polynomials import Poly
from jaxslice_lint.tracing.domain.symbolic import Atoms
from jaxslice_lint.tracing.domain.values import Sequence, Slice, Value


def named(atoms: Atoms, label: Hashable, value: Value) -> Value:
    """`value`; a number as what `label` stands for, so that it is spelled by its name."""
    if isinstance(value, Data) and value.poly is not None and value.poly.constant is not None:
        return value.of_integer(atoms.alias(label, value.poly))
    return value


def detached(atoms: Atoms, label: Hashable, value: Value) -> Value:
    """`value` as it is read where nobody sees what it was made from: an integer is not known to go with others."""
    match value:
        case Data(poly=Poly() as poly):
            return value.of_integer(atoms.named(label, poly))
        case Slice(start=start, stop=stop, step=step, node=node):
            return Slice(
                detached(atoms, (label, "start"), start),
                detached(atoms, (label, "stop"), stop),
                detached(atoms, (label, "step"), step),
                node,
            )
        case Sequence(items=items, mutable=False) if not all(
            isinstance(item, Data) and item.poly is None for item in items
        ):
            return Sequence(
                tuple(detached(atoms, (label, place), item) for place, item in enumerate(items))
            )
    return value


def attribute_read(atoms: Atoms, name: str, value: Value) -> Value:
    """What an object holds as attribute `name`, as its methods see it: they do not see where it was set."""
    return detached(atoms, ("attribute", name), value)
