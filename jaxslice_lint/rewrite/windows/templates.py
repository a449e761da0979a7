"""The templates: a traced slice as calls of `jax.lax`, or with `ds` inside the index.

R1, R2 read and U1, U2 update, one and several traced slices. `k`, the size, is static and `i`, the
start, traced; each template is exact for `0 <= i <= n - k` and `-n <= i <= -k - 1` on an axis of
length `n`, and clamps `i` elsewhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import libcst as cst

from jaxslice_lint.facts.site import Site, Window
from jaxslice_lint.jax_model.names import LAX, NUMPY
from jaxslice_lint.rewrite.text.edit import NoRewriteError
from jaxslice_lint.rewrite.text.moving import may_be_changed_by
from jaxslice_lint.rewrite.text.syntax import Use
from jaxslice_lint.rewrite.windows.index import (
    Axis,
    Index,
    Layout,
    axis_of,
    layout,
    replaced,
    rest,
    single_elements,
    stepped,
)


@dataclass(frozen=True)
class Template:
    """What a template is applied to. `name` spells a name of a JAX module as the file does:
    `name("jax.lax", "slice")`."""

    site: Site
    use: Use
    index: Index
    name: Callable[[str, str], str]

    def read(self) -> cst.BaseExpression:
        """R1 or R2."""
        windows = self.index.traced
        operand = bare(self.use.operand)
        if len(windows) > 1 and self._has_whole_layout():
            starts, sizes = self._corner(layout(self.index.elements))
            taken: cst.BaseExpression = self._lax("dynamic_slice", operand, starts, sizes)
        else:
            taken = operand
            for position, window in windows.items():
                taken = self._in_dim(taken, window, axis_of(self.index.elements, position))
        return self._subscript(taken, rest(self.index, self._steps()))

    def update(self) -> cst.BaseExpression:
        """U1 or U2."""
        if (pasted := self._pasted()) is not None:
            return pasted
        windows = self.index.traced
        single = single_elements(self.index.elements)
        if len(windows) == 1 and not (single and self.site.operand.shown_ndim):
            [(position, window)] = windows.items()
            axis = axis_of(self.index.elements, position)
            updated = self._updated(lambda: self._in_dim(self.use.operand, window, axis))
            return self._written_in_dim(updated, window, axis)
        starts, sizes = self._corner(layout(self.index.elements, single))
        # A window of one element has it at 0 and at -1: such an integer stays in the index.
        updated = self._updated(lambda: self._lax("dynamic_slice", self.use.operand, starts, sizes))
        return self._written("dynamic_update_slice", updated, ("start_indices", starts))

    def _updated(self, window: Callable[[], cst.Call]) -> cst.BaseExpression:
        """What is written: the new value if it is sure to be what `lax.dynamic_update_slice` wants, which writes
        a smaller one to a part of the window; else what the method makes of the `window`, which is read."""
        assert self.use.call is not None
        left = rest(self.index, self._steps())
        match self.use.call.args:
            case [cst.Arg(value=value, keyword=None, star="")] if not left:
                updated = self._filling(value) or self._combined(value, window)
                if updated is not None:
                    return updated
        self._repeat()
        return self._at(window(), left)

    def _pasted(self) -> cst.BaseExpression | None:
        """The update by a value whose axes are those of the window, each as long as its slice: its sizes go without
        saying."""
        new, elements = self.site.new_value, self.index.elements
        if not new.pastes or new.fills or len(elements) != self._told_ndim():
            return None
        assert self.use.call is not None
        value = self._converted(self.use.call.args[0].value)
        if self.use.method != "set" or value is None:
            return None
        windows = self.index.traced
        if not all(element.is_traced or element.begins_at_zero for element in elements):
            return None
        if len(elements) == 1 or self._starts_need_no_array():
            [(axis, window)] = windows.items()
            return self._written_in_dim(value, window, axis)
        starts = self._starts([self._first(Axis(element.window)) for element in elements])
        return self._written("dynamic_update_slice", value, ("start_indices", starts))

    def _starts_need_no_array(self) -> bool:
        """Whether a call that takes the start of one axis says all, where starts of several dtypes may meet."""
        elements, windows = self.index.elements, self.index.traced
        is_alone = len(windows) == 1 and self.site.operand.ndim == len(elements)
        return is_alone and not self._have_one_dtype(len(elements))

    def _told_ndim(self) -> int | None:
        """The number of axes of the array; if the program does not show it, that of a new value whose lengths the index
        names one by one. JAX refuses the update of an array with more of them."""
        new, shown = self.site.new_value, self.site.operand.shown_ndim
        if shown is None and not self.site.cut_off and len(new.named) == new.ndim:
            return new.ndim
        return shown

    def _filling(self, value: cst.BaseExpression) -> cst.BaseExpression | None:
        """A new value that fills the window, in the dtype of the array."""
        if self.use.method != "set" or not self.site.new_value.fills:
            return None
        return self._converted(value)

    def _converted(self, value: cst.BaseExpression) -> cst.BaseExpression | None:
        """A new value in the dtype of the array; None where that cannot be written."""
        new = self.site.new_value
        if new.same_dtype:
            return value
        if not self.site.operand.repeatable:
            return None
        # Python's sequences have no `astype`, and that of NumPy makes other numbers of what does not fit.
        array = value if new.is_array else call(self.name(NUMPY, "asarray"), value)
        dtype = cst.Attribute(_atom(self.use.operand), cst.Name("dtype"))
        return call(cst.Attribute(_atom(array), cst.Name("astype")), dtype)

    def _combined(
        self, value: cst.BaseExpression, window: Callable[[], cst.Call]
    ) -> cst.BaseExpression | None:
        """The window and a new value that keeps its shape and dtype, combined by the function that the method is."""
        new = self.site.new_value
        if not (new.fits and new.keeps_dtype):
            return None
        if self.use.method in _FUNCTIONS:
            self._repeat()
            return call(self.name(NUMPY, _FUNCTIONS[self.use.method]), window(), value)
        if self.use.method not in _OPERATORS:
            return None
        self._repeat()
        return cst.BinaryOperation(window(), _OPERATORS[self.use.method], operand(value))

    def _repeat(self) -> None:
        """Raise `NoRewriteError` if what is updated cannot be read as well."""
        if not self.site.operand.repeatable:
            raise NoRewriteError(
                "what is updated would be evaluated twice: bind it to a name first"
            )

    def in_index(self, module: str, name: str) -> cst.BaseExpression:
        """Style ds: `x[jax.ds(i, k)]`, and `x.at[jax.ds(i, k)].op(v)`; for a Ref `ref[pl.ds(i,
        k)]`."""
        slices: dict[int, cst.BaseSlice] = {
            position: cst.Index(
                call(self.name(module, name), self._start(window), parse(window.size))
            )
            for position, window in self.index.traced.items()
        }
        subscript = self.use.subscript.with_changes(slice=replaced(self.index, slices))
        if self.use.call is None:
            return subscript
        method = cst.ensure_type(self.use.call.func, cst.Attribute)
        return self.use.call.with_changes(func=method.with_changes(value=subscript))

    def _in_dim(self, operand: cst.BaseExpression, window: Window, axis: int | str) -> cst.Call:
        taken = self._lax("dynamic_slice_in_dim", operand, self._start(window), parse(window.size))
        if axis == 0:
            return taken
        keyword = cst.Arg(parse(str(axis)), keyword=cst.Name("axis"), equal=_EQUAL)
        return taken.with_changes(args=[*taken.args, keyword])

    def _start(self, window: Window) -> cst.BaseExpression:
        start = parse(window.start)
        if not window.narrow:
            return start
        # A negative start is counted from the end in its own dtype, where an int8 would wrap
        # around. In another way it may be a Python int, which has no `astype`.
        return self._wide("asarray", start)

    def _lax(self, function: str, *arguments: cst.BaseExpression) -> cst.Call:
        return call(self.name(LAX, function), *arguments)

    def _steps(self) -> dict[int, cst.BaseSlice]:
        return {position: stepped(window) for position, window in self.index.traced.items()}

    def _has_whole_layout(self) -> bool:
        """Whether R2 can name all axes: the rank is known, and the operand may be repeated for the
        shape of whole axes."""
        ndim = self.site.operand.shown_ndim
        if ndim is None:
            return False
        axes = layout(self.index.elements)
        whole = any(axis.is_whole for axis in (*axes.left, *axes.right))
        exact = len(axes.left) + len(axes.right) == ndim and not whole
        return exact or self.site.operand.repeatable

    def _corner(self, axes: Layout) -> tuple[cst.BaseExpression, cst.BaseExpression]:
        """The starts of a window over all axes, and its sizes.

        JAX wants one dtype of all starts: a tuple that is not known to hold one is made an array.
        """
        left, right = axes.left, axes.right
        shape = cst.Attribute(_atom(self.use.operand), cst.Name("shape"))
        between = self._between(shape, len(left), len(right))
        starts = [*map(self._first, left), *between[0], *map(self._first, right)]
        sizes = [
            *(self._size(axis, shape, n) for n, axis in enumerate(left)),
            *between[1],
            *(self._size(axis, shape, n - len(right)) for n, axis in enumerate(right)),
        ]
        return self._starts(starts), cst.Tuple(sizes)

    def _starts(self, starts: Sequence[cst.BaseElement]) -> cst.BaseExpression:
        if self._have_one_dtype(len(starts)):
            return cst.Tuple(starts)
        return self._wide("array", cst.List(starts))

    def _have_one_dtype(self, count: int) -> bool:
        """Whether `count` starts, of which some may be numbers, are sure to have one dtype that does not
        wrap around."""
        windows = self.index.traced.values()
        dtypes = {window.dtype for window in windows}
        is_known = None not in dtypes and not any(window.narrow for window in windows)
        return dtypes == {"int"} or (is_known and len(dtypes) == 1 and count == len(windows))

    def _wide(self, function: str, integers: cst.BaseExpression) -> cst.Call:
        """An array of the default integer dtype."""
        array = call(self.name(NUMPY, function), integers)
        integer = cst.parse_expression(self.name("builtins", "int"))
        dtype = cst.Arg(integer, keyword=cst.Name("dtype"), equal=_EQUAL)
        return array.with_changes(args=[*array.args, dtype])

    def _first(self, axis: Axis) -> cst.Element:
        if axis.window is not None:
            return cst.Element(parse(axis.window.start))
        return cst.Element(parse(str(axis.const or 0)))

    def _size(self, axis: Axis, shape: cst.Attribute, number: int) -> cst.Element:
        if axis.window is not None:
            return cst.Element(parse(axis.window.size))
        return cst.Element(
            cst.Integer("1") if axis.const is not None else _item(shape, str(number))
        )

    def _between(
        self, shape: cst.Attribute, left: int, right: int
    ) -> tuple[Sequence[cst.BaseElement], Sequence[cst.BaseElement]]:
        """Starts and sizes of the axes that the index leaves whole between the two ends."""
        ndim = self.site.operand.shown_ndim
        if ndim is not None:
            if ndim < left + right:
                raise NoRewriteError(f"the index has more axes than the array, which has {ndim}")
            numbers = range(left, ndim - right)
            return (
                [cst.Element(cst.Integer("0")) for _ in numbers],
                [cst.Element(_item(shape, str(number))) for number in numbers],
            )
        rank = shape.with_changes(attr=cst.Name("ndim"))
        missing = cst.BinaryOperation(
            rank, cst.Subtract(), cst.Integer(str(left + right)), lpar=[_LPAR], rpar=[_RPAR]
        )
        zeros = cst.BinaryOperation(
            cst.List([cst.Element(cst.Integer("0"))]), cst.Multiply(), missing
        )
        sizes = _item(shape, f"{left or ''}:{-right or ''}")
        return [cst.StarredElement(zeros)], [cst.StarredElement(sizes)]

    def _at(
        self, window: cst.BaseExpression, index: Sequence[cst.SubscriptElement]
    ) -> cst.BaseExpression:
        """The original method call, on the window that was taken."""
        assert self.use.call is not None
        at = self.use.subscript.with_changes(
            value=cst.Attribute(window, cst.Name("at")),
            slice=index or [cst.SubscriptElement(cst.Slice(lower=None, upper=None))],
        )
        return self.use.call.with_changes(
            func=cst.Attribute(at, cst.Name(self.use.method)), lpar=[], rpar=[]
        )

    def _written_in_dim(self, updated: cst.BaseExpression, window: Window, axis: int) -> cst.Call:
        return self._written(
            "dynamic_update_slice_in_dim",
            updated,
            ("start_index", self._start(window)),
            cst.Arg(parse(str(axis)), keyword=cst.Name("axis"), equal=_EQUAL),
        )

    def _written(
        self,
        function: str,
        updated: cst.BaseExpression,
        start: tuple[str, cst.BaseExpression],
        *more: cst.Arg,
    ) -> cst.Call:
        """The call that writes the updated window back. The start is evaluated before the new value
        if that may change it."""
        assert self.use.call is not None
        keyword, value = start
        arguments = [cst.Arg(updated), cst.Arg(value)]
        starts = [parse(window.start) for window in self.index.traced.values()]
        if may_be_changed_by(starts, self.use.call.args):
            arguments = [
                cst.Arg(value, keyword=cst.Name(keyword), equal=_EQUAL),
                cst.Arg(updated, keyword=cst.Name("update"), equal=_EQUAL),
            ]
        written = self._lax(function, self.use.operand)
        return written.with_changes(args=[*written.args, *arguments, *more])

    def _subscript(
        self, taken: cst.BaseExpression, index: Sequence[cst.SubscriptElement]
    ) -> cst.BaseExpression:
        if not index:
            return taken
        return self.use.subscript.with_changes(value=taken, slice=index, lpar=[], rpar=[])


#: What the methods of `.at` do, as operators and as functions of `jax.numpy`.
_OPERATORS: dict[str, cst.BaseBinaryOp] = {
    "add": cst.Add(),
    "subtract": cst.Subtract(),
    "multiply": cst.Multiply(),
    "mul": cst.Multiply(),
}
_FUNCTIONS = {"min": "minimum", "max": "maximum"}
_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
_LPAR, _RPAR = cst.LeftParen(), cst.RightParen()


def call(function: str | cst.BaseExpression, *arguments: cst.BaseExpression) -> cst.Call:
    """`function(arguments…)`."""
    func = cst.parse_expression(function) if isinstance(function, str) else function
    return cst.Call(func, [cst.Arg(bare(argument)) for argument in arguments])


def bare(node: cst.BaseExpression) -> cst.BaseExpression:
    """`node` without parentheses that an argument does not need."""
    simple = cst.BinaryOperation | cst.UnaryOperation | cst.Call | cst.Subscript | cst.Attribute
    if isinstance(node, simple | cst.Name | cst.IfExp) and all(
        isinstance(paren.whitespace_after, cst.SimpleWhitespace) for paren in node.lpar
    ):
        return node.with_changes(lpar=[], rpar=[])
    return node


def parse(text: str) -> cst.BaseExpression:
    """The expression `text`, which may have line breaks, as an argument."""
    node = cst.parse_expression(f"({text})")
    return node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])


def _atom(node: cst.BaseExpression) -> cst.BaseExpression:
    """`node` in parentheses, if an attribute of it needs them."""
    if node.lpar or isinstance(node, cst.Name | cst.Attribute | cst.Subscript | cst.Call):
        return node
    return node.with_changes(lpar=[_LPAR], rpar=[_RPAR])


def operand(node: cst.BaseExpression) -> cst.BaseExpression:
    """`node` in parentheses, if an operator needs them."""
    return node if isinstance(node, cst.Integer | cst.Float) else _atom(node)


def _item(shape: cst.Attribute, index: str) -> cst.Subscript:
    subscript = cst.ensure_type(cst.parse_expression(f"_[{index}]"), cst.Subscript)
    return subscript.with_changes(value=shape)
