"""New values that have the shape and the dtype of the window they are written to, by how they are written.

`lax.dynamic_update_slice` takes no other ones: it raises for another dtype, and writes a value that is too
small to a part of the window without an error.
"""

from dataclasses import dataclass

import libcst as cst

from jaxslice_lint.rewrite.text.moving import is_number

_KEEPING = cst.Add | cst.Subtract | cst.Multiply


@dataclass(frozen=True, slots=True)
class WindowShape:
    """A window of `operand`: `size` elements along `axis`, and whether its dtype is a floating one.

    `reader` is the function that reads one.
    """

    operand: cst.BaseExpression
    size: cst.BaseExpression
    axis: int
    floating: bool
    reader: cst.BaseExpression

    def holds(self, value: cst.BaseExpression) -> bool:
        """Whether `value` is sure to have this shape and dtype: windows of the same array and size,
        and what arithmetic makes of them."""
        match value:
            case cst.Call():
                return self._is_window(value)
            case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
                return self.holds(inner)
            case cst.BinaryOperation(left=left, operator=operator, right=right):
                keeps = isinstance(operator, _KEEPING)
                if self.floating and (keeps or isinstance(operator, cst.Divide)):
                    sides = [side for side in (left, right) if not is_number(side)]
                    return bool(sides) and all(map(self.holds, sides))
                return keeps and self.holds(left) and self.holds(right)
        return False

    def _is_window(self, call: cst.Call) -> bool:
        if not call.func.deep_equals(self.reader) or any(arg.star for arg in call.args):
            return False
        match call.args:
            case [cst.Arg(operand, None), cst.Arg(keyword=None), cst.Arg(size, None)]:
                axis = 0
            case [
                cst.Arg(operand, None),
                cst.Arg(keyword=None),
                cst.Arg(size, None),
                cst.Arg(cst.Integer() as number, None | cst.Name("axis")),
            ]:
                axis = number.evaluated_value
            case _:
                return False
        same = axis == self.axis and operand.deep_equals(self.operand)
        return same and size.deep_equals(self.size)
