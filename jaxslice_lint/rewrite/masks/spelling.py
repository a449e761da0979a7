"""How masks are written, and what else a consumer is told: what fills, and where the elements that count start."""

from collections.abc import Callable, Mapping

import libcst as cst

from jaxslice_lint.facts.masking import Consumer, Counted, First, Limit, Mask
from jaxslice_lint.jax_model.names import LAX, NUMPY

#: The text of a name of a module, as a file spells it.
Spell = Callable[[str, str], str]


class MaskSpelling:
    """Writes masks and values with the names of one file; `named` are the masks that are bound to names."""

    def __init__(self, name: Spell, named: Mapping[Mask, str]) -> None:
        self._name = name
        self._named = named

    def text(self, masks: tuple[Mask, ...]) -> str:
        """A mask for the elements that are in all of `masks`."""
        tests = [test for mask in masks for test in self._tests(mask)]
        if len(tests) == 1:
            return tests[0]
        return " & ".join(map(_operand, tests))

    def definition(self, mask: Mask) -> str:
        """What a mask is that is bound to a name."""
        tests = self._compared(mask)
        return tests[0] if len(tests) == 1 else " & ".join(f"({test})" for test in tests)

    def _tests(self, mask: Mask) -> list[str]:
        name = self._named.get(mask.of_axis)
        if name is None:
            return self._compared(mask)
        if mask.trailing is None and mask.is_reversed and mask.axis != 0:
            return [f"{self._name(NUMPY, 'flip')}({name}, axis={mask.axis})"]
        index = _reshaped(mask)
        return [f"{name}{index}"]

    def _compared(self, mask: Mask) -> list[str]:
        """Comparisons that are exact for the bounds that the limits of a mask allow."""
        length = f"{mask.array}.shape[{mask.axis}]"
        if mask.trailing is None:
            iota, integer = self._name(LAX, "broadcasted_iota"), self._name("builtins", "int")
            index = f"{iota}({integer}, {mask.array}.shape, {mask.axis})"
            if mask.is_reversed and mask.axis == 0:
                index = f"{index}[::-1]"
            elif mask.is_reversed:
                index = f"{self._name(NUMPY, 'flip')}({index}, axis={mask.axis})"
        else:
            index = f"{self._name(NUMPY, 'arange')}({length}){_reshaped(mask)}"
        return [
            f"{self._counted(index, limit, length)} {operator} {_operand(limit.text, in_comparison=True)}"
            for limit, operator in ((mask.start, ">="), (mask.stop, "<"))
            if limit is not None
        ]

    def value(self, value: str, inner: str) -> str:
        """What fills `inner`, or what is the `initial` value of its reduction."""
        match value:
            case "inf" | "nan":
                return self._name(NUMPY, value)
            case "-inf":
                return f"-{self._name(NUMPY, 'inf')}"
            case "zeros_like":
                return f"{self._name(NUMPY, value)}({inner})"
        dtype, _, limit = value.rpartition(" ")
        if not dtype:
            return value
        if "." not in dtype:
            dtype = self._name(NUMPY, dtype)
        return f"{self._name(NUMPY, 'iinfo')}({dtype}).{limit}"

    def first(self, first: First, mask: Mask) -> str:
        """The first element along an axis that counts, so that it broadcasts."""
        place = ":1" if mask.start is None else self._number(mask.start)
        if first.left == 0:
            return f"{first.array}[{place}]"
        kept = "" if mask.start is None else ", None"
        if first.left is not None:
            return f"{first.array}[{':, ' * first.left}{place}{kept}]"
        return f"{first.array}[..., {place}{kept}{', :' * first.right}]"

    def rolled(self, inner: str, consumer: Consumer) -> str:
        """A reversed array whose elements that count, all at one end, are moved to the other."""
        [mask] = consumer.masks
        sign = "" if mask.start is None else "-"
        count = f"{sign}{self._name(NUMPY, 'sum')}({self.text(consumer.masks)})"
        axis = f", axis={consumer.value}" if consumer.value else ""
        return f"{self._name(NUMPY, 'roll')}({inner}, {count}{axis})"

    def offset(self, inner: str, mask: Mask) -> str:
        """The position `inner`, counted from where the elements that count start."""
        assert mask.start is not None
        maximum, start = self._name(NUMPY, "maximum"), self._number(mask.start)
        if mask.start.counted is Counted.START:
            start = _operand(start)
        else:
            origin = self._origin(mask.start, f"{mask.array}.shape[{mask.axis}]")
            start = f"{maximum}({start} + {origin}, 0)"
        return f"{maximum}({inner} - {start}, 0)"

    def _number(self, limit: Limit) -> str:
        """A bound that may be added to the length of the axis: in its own dtype an int8 would wrap around."""
        if limit.counted is Counted.START:
            return limit.text
        integer = self._name("builtins", "int")
        return f"{self._name(NUMPY, 'asarray')}({limit.text}, dtype={integer})"

    def _counted(self, index: str, limit: Limit, length: str) -> str:
        """The index, counted from where the bound is: it is not the bound that is moved, which may be an int8."""
        if limit.counted is Counted.START:
            return index
        return f"{index} - {self._origin(limit, length)}"

    def _origin(self, limit: Limit, length: str) -> str:
        """The position on the axis from which a bound counts."""
        if limit.counted is Counted.END:
            return length
        bound = _operand(limit.text, in_comparison=True)
        return f"{self._name(NUMPY, 'where')}({bound} < 0, {length}, 0)"


def _reshaped(mask: Mask) -> str:
    """The index that brings a mask of one axis to where the axis is."""
    order = "::-1" if mask.is_reversed else ":" if mask.trailing else ""
    index = ", ".join([order, *["None"] * (mask.trailing or 0)])
    return f"[{index}]" if order else ""


def _operand(text: str, *, in_comparison: bool = False) -> str:
    """`text` as an operand of an arithmetic operation, or of a comparison."""
    node = cst.parse_expression(text)
    tight = cst.Name | cst.Attribute | cst.Subscript | cst.Call | cst.Integer
    loose = cst.BinaryOperation | cst.UnaryOperation
    if isinstance(node, tight) or node.lpar or (in_comparison and isinstance(node, loose)):
        return text
    return f"({text})"
