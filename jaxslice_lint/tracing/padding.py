"""Padded values: arrays that stand in for a slice of traced size, with elements outside of it that must not count.

What is done with a padded value gives a padded one again, or one to which the outside does not matter any more, if the
operation is told which elements count. Anything else is refused.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from jaxslice_lint.jax_model import masks as model
from jaxslice_lint.jax_model.functions import UPDATE_METHODS
from jaxslice_lint.jax_model.masks import Reduction, Takes
from jaxslice_lint.source.text import Source
from jaxslice_lint.tracing.masking import Consumer, Form, Mask, Sign
from jaxslice_lint.tracing.runs import Runs
from jaxslice_lint.tracing.seeds import RefusedError, Seed
from jaxslice_lint.tracing.spelling import segment, span_of
from jaxslice_lint.tracing.values import Function

_SMOOTH_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)
_NUMBERS = {1: "one axis", 2: "two axes", 3: "three axes"}
_GRADIENT = "a gradient is NaN where what is left out makes a derivative infinite"


@dataclass(frozen=True, slots=True)
class Padded:
    """A padded value. Its padded axis has `left` axes before it and `right` behind it, where that is known.

    `aligned`: it has the axes of the slice, or more in front. `zero`: what does not count is zero.
    """

    seed: Seed
    left: int | None
    right: int | None
    aligned: bool = True
    zero: bool = False


class Padding:
    """Evaluates expressions of one function to padded values, or to None where nothing is padded.

    `seeds`: the slices of traced size, by their subscripts. `names`: the variables that are padded. Collects the
    `consumers` that are told, the seeds that are `used`, and the `cautions`, things that are assumed.
    """

    def __init__(
        self, source: Source, runs: Runs, seeds: Mapping[ast.expr, Seed], names: dict[str, Padded]
    ) -> None:
        self.source = source
        self.runs = runs
        self.names = names
        self.consumers: dict[tuple[ast.expr, Form], tuple[Consumer, Seed]] = {}
        self.used: dict[Seed, None] = {}
        self.cautions: dict[str, None] = {}
        self._seeds = seeds
        self._done: dict[ast.expr, Padded | None] = {}

    def padded(self, node: ast.expr) -> Padded | None:
        """What `node` is if the slices in it give way to whole arrays. Raises `RefusedError`."""
        if node not in self._done:
            self._done[node] = self._evaluate(node)
        return self._done[node]

    def forget(self) -> None:
        """Evaluate anew what depends on the variables that are padded."""
        self._done.clear()

    def _evaluate(self, node: ast.expr) -> Padded | None:
        seed = self._seeds.get(node)
        if seed is not None:
            self.used[seed] = None
            return Padded(seed, seed.left, seed.right)
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                return self.names.get(name)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                return self._product(left, right, node)
            case ast.BinOp(left=left, op=op, right=right):
                return self._pointwise([left, right], smooth=self._is_smooth(op, right))
            case ast.UnaryOp(operand=operand, op=ast.USub() | ast.UAdd() | ast.Invert()):
                return self.padded(operand)
            case ast.Compare(left=left, comparators=[right], ops=[operator]) if not isinstance(
                operator, ast.Is | ast.IsNot | ast.In | ast.NotIn
            ):
                return self._pointwise([left, right], smooth=True)
            case ast.Attribute(value=value, attr=name):
                return self._attribute(value, name)
            case ast.Call():
                return self._call(node)
        return self._opaque(ast.iter_child_nodes(node), node)

    def _opaque(self, children: Iterable[ast.AST], node: ast.AST) -> Padded | None:
        """Nothing padded may go into an expression of which nothing is known."""
        for child in children:
            if isinstance(child, ast.expr):
                if self.padded(child) is not None:
                    raise RefusedError(
                        f"{self._quoted(child)} has a traced size and goes into {_described(node)}"
                    )
            else:
                self._opaque(ast.iter_child_nodes(child), node)
        return None

    # Operations on each element

    def _is_smooth(self, op: ast.operator, right: ast.expr) -> bool:
        match op:
            case ast.Pow():
                return (
                    isinstance(right, ast.Constant)
                    and isinstance(right.value, int)
                    and right.value > 0
                )
            case ast.Div():
                return self.padded(right) is None
        return isinstance(op, _SMOOTH_OPERATORS)

    def _pointwise(self, operands: list[ast.expr], *, smooth: bool) -> Padded | None:
        found = [(operand, self.padded(operand)) for operand in operands]
        pads = [one for _, one in found if one is not None]
        if not pads:
            return None
        result = pads[0]
        for one in pads[1:]:
            result = self._joined(result, one)
        for operand, is_padded in found:
            if is_padded is None:
                result = self._beside(result, operand)
        if not smooth:
            self._caution(_GRADIENT)
        return replace(result, zero=False)

    def _beside(self, padded: Padded, operand: ast.expr) -> Padded:
        """`padded` after an operation with something that is not."""
        ndim = self.runs.ndim(operand)
        if ndim == 0:
            return padded
        if ndim is None and not _may_be_scalar(operand):
            raise RefusedError(f"the number of axes of {self._quoted(operand)} is not known")
        if ndim is None or padded.right is None or ndim > padded.right:
            self._caution(f"{self._quoted(operand)} is taken to have no axis along the slice")
        return replace(padded, left=None if padded.right is None or ndim is None else padded.left)

    def _joined(self, one: Padded, other: Padded) -> Padded:
        """Two padded values that meet element by element."""
        self._check_same(one, other)
        a, b = one.seed, other.seed
        if one.left != other.left and one.aligned and other.aligned:
            one, other = self._settled(one), self._settled(other)
        if one.right is not None and other.right is not None:
            if one.right != other.right:
                raise RefusedError("slices of traced size along different axes meet")
        elif one.left != other.left or not (one.aligned and other.aligned):
            raise RefusedError("the axes of the slices that meet are not known")
        if a.array != b.array and not self._have_equal_shapes(a, b):
            self._caution(f"`{a.array}` and `{b.array}` are taken to have the same shape")
        return (
            one if one.right is not None or other.right is None else replace(other, left=one.left)
        )

    def _settled(self, padded: Padded) -> Padded:
        """A padded value of known axes: if need be, its array is taken to have no more than its index names."""
        if padded.right is not None or not padded.aligned:
            return padded
        seed = padded.seed
        self._caution(f"`{seed.array}` is taken to have {_NUMBERS.get(seed.named, seed.named)}")
        return replace(padded, right=seed.behind)

    def _have_equal_shapes(self, a: Seed, b: Seed) -> bool:
        return self.runs.have_equal(lambda value: value.shape_of, a.operand, b.operand)

    def _check_same(self, one: Padded, other: Padded) -> None:
        if not one.seed.takes_same(other.seed, self.runs):
            raise RefusedError("slices with different bounds meet")

    # Attributes, calls

    def _attribute(self, value: ast.expr, name: str) -> Padded | None:
        padded = self.padded(value)
        if padded is None:
            return None
        match name:
            case "real" | "imag":
                return padded
            case "dtype" | "ndim":
                return None
            case "T" | "mT":
                return self._transposed(value, padded)
        raise RefusedError(f"`.{name}` of a slice of traced size is asked for")

    def _transposed(self, node: ast.expr, padded: Padded) -> Padded:
        ndim = self.runs.ndim(node)
        if ndim is None:
            self._caution(f"{self._quoted(node)} is taken to have two axes")
            ndim = 2
        left = padded.left if padded.left is not None else ndim - 1 - (padded.right or 0)
        return Padded(padded.seed, ndim - 1 - left, left, aligned=False, zero=padded.zero)

    def _call(self, node: ast.Call) -> Padded | None:
        if any(isinstance(argument, ast.Starred) for argument in node.args) or any(
            keyword.arg is None for keyword in node.keywords
        ):
            return self._opaque(ast.iter_child_nodes(node), node)
        if isinstance(node.func, ast.Attribute):
            if node.func.value in self._seeds and self._seeds[node.func.value].is_update:
                return self._update(node, node.func)
            if node in self._seeds:
                return None
            owner = self.padded(node.func.value)
            if owner is not None:
                return self._method(node, node.func, owner)
        path = self.runs.path(node.func)
        if path is not None:
            return self._function(node, path)
        if not any(self.padded(one) for one in _arguments(node)):
            return None
        called = self.runs.called(node.func)
        if called is not None and len(node.args) == 1 and not node.keywords:
            return self._inlined(called, node.args[0])
        return self._opaque(ast.iter_child_nodes(node), node)

    def _method(self, node: ast.Call, func: ast.Attribute, owner: Padded) -> Padded | None:
        row = model.REDUCTIONS.get(f"jax.numpy.{func.attr}")
        if row is not None and row.is_method:
            return self._reduced(node, row, func.value, owner, row.axis - 1)
        if func.attr in model.POINTWISE_METHODS:
            return (
                self._pointwise([func.value, *node.args], smooth=True)
                if func.attr != "astype"
                else owner
            )
        if func.attr == "dot" and len(node.args) == 1 and not node.keywords:
            return self._product(func.value, node.args[0], node)
        if func.attr == "transpose" and not node.args and not node.keywords:
            return self._transposed(func.value, owner)
        raise RefusedError(
            f"`.{func.attr}()` of a slice of traced size has a traced size, or takes no mask"
        )

    def _function(self, node: ast.Call, path: str) -> Padded | None:
        if not any(self.padded(one) for one in _arguments(node)):
            return None
        row = model.REDUCTIONS.get(path)
        if row is not None and node.args:
            owner = self.padded(node.args[0])
            if owner is not None:
                return self._reduced(node, row, node.args[0], owner, row.axis)
        if path in model.NORMALISERS and node.args:
            return self._normalised(node, path)
        if path in model.MATRIX_PRODUCTS and len(node.args) == 2:
            return self._product(node.args[0], node.args[1], node)
        if path in model.INNER_PRODUCTS and len(node.args) == 2:
            return self._contracted(node.args[0], node.args[1], node, right_axis=0)
        if path in ("jax.numpy.transpose",) and len(node.args) == 1 and not node.keywords:
            owner = self.padded(node.args[0])
            return None if owner is None else self._transposed(node.args[0], owner)
        least = model.LEAST_ARGUMENTS.get(path, 1)
        if path in model.SMOOTH | model.SINGULAR and len(node.args) >= least and not node.keywords:
            return self._pointwise(node.args, smooth=path in model.SMOOTH)
        return self._opaque(ast.iter_child_nodes(node), node)

    def _inlined(self, function: Function, argument: ast.expr) -> Padded | None:
        """The result of a function of one parameter that returns an expression which looks at each element."""
        node, owner = function.node, self.padded(argument)
        parameters = [*node.args.posonlyargs, *node.args.args]
        body = node.body if isinstance(node, ast.Lambda) else _only_result(node.body)
        if body is None or len(parameters) != 1 or owner is None:
            raise RefusedError(f"a slice of traced size is passed to `{function.name}`")
        inside = Padding(
            function.frame.source,
            Runs(self.runs.tracer, (), function),
            {},
            {parameters[0].arg: owner},
        )
        result = inside.padded(body)
        if result is None or inside.consumers:
            raise RefusedError(f"a slice of traced size is passed to `{function.name}`")
        self.cautions |= inside.cautions
        return result

    # Operations that are told

    def _reduced(
        self, node: ast.Call, row: Reduction, operand: ast.expr, owner: Padded, position: int
    ) -> Padded | None:
        given = {keyword.arg for keyword in node.keywords}
        if {"where", "out", "size"} & given:
            raise RefusedError(f"{self._quoted(node)} already has a mask or an output")
        axes = _axes(_argument(node, position, "axis"))
        if axes is not None and not self._includes(axes, owner, operand):
            return self._without(owner, axes, operand, keepdims="keepdims" in given)
        mask = self._mask(owner, operand)
        match row.takes:
            case Takes.WHERE:
                self._tell(Form.WHERE, node, mask, owner)
            case Takes.WHERE_INITIAL if "initial" in given:
                self._tell(Form.WHERE, node, mask, owner)
            case Takes.WHERE_INITIAL:
                self._tell_extreme(node, row, operand, owner, mask)
            case Takes.ZEROS:
                if row.limited and not _is_order(_argument(node, 1, "ord")):
                    raise RefusedError("zeros may change this norm")
                self._tell_zero(operand, owner, node)
            case Takes.POSITION:
                self._tell_position(node, operand, owner, mask, axes)
        return None

    def _includes(self, axes: tuple[int, ...], owner: Padded, operand: ast.expr) -> bool:
        """Whether the padded axis is among `axes`."""
        left, right = self._both(owner, operand)
        unclear = [a for a in axes if (right if a < 0 else left) is None]
        if any(
            a == left or (right is not None and -1 - a == right) for a in axes if a not in unclear
        ):
            return True
        if unclear:
            raise RefusedError(f"the number of axes of {self._quoted(operand)} is not known")
        return False

    def _both(self, owner: Padded, operand: ast.expr) -> tuple[int | None, int | None]:
        """How many axes there are on each side of the padded one."""
        ndim = self.runs.ndim(operand)
        left, right = owner.left, owner.right
        if ndim is not None:
            left = ndim - 1 - right if left is None and right is not None else left
            right = ndim - 1 - left if right is None and left is not None else right
        return left, right

    def _without(
        self, owner: Padded, axes: tuple[int, ...], operand: ast.expr, *, keepdims: bool
    ) -> Padded:
        """A padded value of which other axes are reduced."""
        if keepdims:
            return replace(owner, zero=False)
        left, right = self._both(owner, operand)
        if left is not None:
            same = all(a >= 0 for a in axes) or right is not None
            before = sum(a < left if a >= 0 else -1 - a > (right or 0) for a in axes)
            left = left - before if same else None
        if right is not None:
            same = all(a < 0 for a in axes) or owner.left is not None or left is not None
            behind = sum(-1 - a < right if a < 0 else a > (owner.left or 0) for a in axes)
            right = right - behind if same else None
        if left is None and right is None:
            raise RefusedError("the axis of the slice is not known after a reduction")
        return Padded(owner.seed, left, right, aligned=False)

    def _normalised(self, node: ast.Call, path: str) -> Padded | None:
        owner = self.padded(node.args[0])
        if owner is None:
            return self._opaque(ast.iter_child_nodes(node), node)
        axes = _axes(_argument(node, 1, "axis")) or (-1,)
        left, right = self._both(owner, node.args[0])
        if axes == (-1,) and right is None and left == 0:
            self._caution(f"{self._quoted(node.args[0])} is taken to have one axis")
            owner = replace(owner, right=0)
        if not self._includes(axes, owner, node.args[0]):
            return replace(owner, zero=False)
        self._tell(Form.WHERE, node, self._mask(owner, node.args[0]), owner)
        return replace(owner, zero=path in model.ZEROING)

    def _product(self, left: ast.expr, right: ast.expr, product: ast.expr) -> Padded | None:
        """`left @ right`: sums over the last axis of one and the last but one, or only one, of the other."""
        a, b = self.padded(left), self.padded(right)
        if a is None and b is None:
            return None
        if b is not None:
            ndim = self.runs.ndim(right)
            inner_left, inner_right = self._both(b, right)
            is_inner = (
                inner_right == (0 if ndim == 1 else 1)
                if ndim is not None and inner_right is not None
                else None
            )
            if is_inner is None and inner_left == 0 and a is not None:
                self._caution(f"{self._quoted(right)} is taken to have at most two axes")
                is_inner = True
            if is_inner is None and inner_right == 0 and (inner_left or 0) > 0:
                is_inner = False
            if is_inner:
                return self._contracted(left, right, product, right_axis=None)
            if a is not None or is_inner is None:
                raise RefusedError("the axes of a matrix product are not known")
            return replace(b, aligned=False, zero=False, left=None)
        assert a is not None
        outer_left, outer_right = self._both(a, left)
        if outer_right == 0:
            raise RefusedError("a slice of traced size is multiplied with an array of static size")
        other = self.runs.ndim(right)
        if outer_right is None:
            self._caution(f"{self._quoted(left)} is taken to have two axes")
            outer_right = 1
        shift = None if other is None else 1 if other == 1 else 0
        return Padded(
            a.seed,
            outer_left,
            None if shift is None else outer_right - shift,
            aligned=False,
        )

    def _contracted(
        self, left: ast.expr, right: ast.expr, product: ast.expr, *, right_axis: int | None
    ) -> Padded | None:
        """A sum over the padded axis of two values: what does not count is zero in both."""
        a, b = self.padded(left), self.padded(right)
        if a is None or b is None:
            raise RefusedError("a slice of traced size is multiplied with an array of static size")
        self._check_same(a, b)
        before, behind = self._both(a, left)
        if behind is None and before == 0:
            self._caution(f"{self._quoted(left)} is taken to have one axis")
            a = replace(a, right=0)
        elif behind != 0:
            raise RefusedError("the axes of a matrix product are not known")
        if right_axis is not None and self._both(b, right)[1] != right_axis:
            raise RefusedError("the axes of a product are not known")
        if a.seed.array != b.seed.array and not self._lengths_agree(a.seed, b.seed):
            self._caution(
                f"`{a.seed.array}` and `{b.seed.array}` are taken to be equally long along the slice"
            )
        for node, one in ((left, a), (right, b)):
            if not one.zero:
                self._tell_zero(node, one, product)
        return None

    def _lengths_agree(self, a: Seed, b: Seed) -> bool:
        return a.axis == b.axis and self.runs.have_equal(
            lambda value: value.shape_of, a.operand, b.operand
        )

    def _update(self, node: ast.Call, func: ast.Attribute) -> Padded | None:
        """`x.at[:n].set(v)`: the whole array is updated, and those elements are kept that do not count."""
        seed = self._seeds[func.value]
        if func.attr not in UPDATE_METHODS:
            raise RefusedError("`.at[…]` is not followed by a call of one of its methods")
        if not self.runs.is_repeatable(seed.operand):
            raise RefusedError("what is updated would be evaluated twice: bind it to a name first")
        self.used[seed] = None
        whole = Padded(seed, seed.left, seed.right)
        cautions = len(self.cautions)
        value = node.args[0] if node.args else None
        if value is not None and func.attr != "apply":
            new = self.padded(value)
            if new is None:
                self._beside(whole, value)
            else:
                self._joined(whole, new)
        for other in [*node.args[1:], *(keyword.value for keyword in node.keywords)]:
            self._opaque([other], node)
        exact = cautions == len(self.cautions) and len(_arguments(node)) == 1 and func.attr == "set"
        bare = value if exact and value is not None and self._stands_alone(seed, value) else None
        mask = Mask(seed.array, seed.axis, seed.trailing, *seed.limits(self.runs))
        consumer = Consumer(
            Form.UPDATE,
            span_of(self.source, node),
            mask,
            seed.array,
            None if bare is None else span_of(self.source, bare),
        )
        self.consumers[node, Form.UPDATE] = consumer, seed
        return None

    def _stands_alone(self, seed: Seed, value: ast.expr) -> bool:
        """Whether `jnp.where(mask, value, x)` has the dtype and the shape of `x`."""
        if not seed.is_whole:
            return False
        dtype = (self.runs.dtype(seed.operand) or "").removeprefix("b")
        number = value.operand if isinstance(value, ast.UnaryOp) else value
        if isinstance(number, ast.Constant):
            match number.value:
                case bool():
                    return True
                case int():
                    return dtype.startswith(("int", "float"))
                case float():
                    return dtype.startswith("float")
            return False
        return (
            self.padded(value) is not None
            and dtype != ""
            and self.runs.have_equal(lambda data: data.dtype, seed.operand, value)
            and self.runs.have_equal(lambda data: data.ndim, seed.operand, value)
        )

    def _tell_extreme(
        self, node: ast.Call, row: Reduction, operand: ast.expr, owner: Padded, mask: Mask
    ) -> None:
        dtype = (self.runs.dtype(operand) or "").removeprefix("b")
        is_array = owner.aligned and (operand in self._seeds or isinstance(operand, ast.Name))
        if dtype.startswith("float"):
            self._tell(Form.INITIAL, node, mask, owner, "-inf" if row.greatest else "inf")
        elif dtype == "ool":
            self._tell(Form.INITIAL, node, mask, owner, str(not row.greatest))
        elif dtype.startswith(("int", "uint")) and is_array:
            self._tell(Form.INITIAL, node, mask, owner, "least" if row.greatest else "greatest")
        else:
            self._tell(Form.FILL, operand, mask, owner, self._first(operand, owner), within=node)

    def _tell_position(
        self,
        node: ast.Call,
        operand: ast.expr,
        owner: Padded,
        mask: Mask,
        axes: tuple[int, ...] | None,
    ) -> None:
        """The first element that counts fills the others: it is found before any of them, or moved to 0."""
        start, _ = owner.seed.limits(self.runs)
        if start is not None:
            if start.sign is not Sign.PLAIN or start.narrow:
                raise RefusedError("the position counts from a start that is counted from the end")
            if axes is None and self.runs.ndim(operand) != 1:
                if self.runs.ndim(operand) is not None:
                    raise RefusedError("the position is one in the flattened array")
                self._caution(f"{self._quoted(operand)} is taken to have one axis")
            if "keepdims" in {keyword.arg for keyword in node.keywords}:
                raise RefusedError("the position keeps its axes")
        elif axes is None and self._both(owner, operand)[0] != 0:
            raise RefusedError("the position is one in the flattened array")
        self._tell(Form.FILL, operand, mask, owner, self._first(operand, owner), within=node)
        if start is not None:
            self._tell(Form.OFFSET, node, mask, owner, start.text)

    def _first(self, operand: ast.expr, owner: Padded) -> str:
        """The first element along the padded axis that counts, so that it broadcasts."""
        seed = owner.seed
        if operand in self._seeds and seed.is_whole:
            array = seed.array
        elif isinstance(operand, ast.Name):
            array = operand.id
        else:
            raise RefusedError(
                "no value is known that would change nothing: its dtype is not known"
            )
        start, _ = seed.limits(self.runs)
        left, right = self._both(owner, operand)
        if start is not None and start.sign is Sign.ANY:
            raise RefusedError("the first element that counts is not easily found")
        sign = "-" if start is not None and start.sign in (Sign.NEGATED, Sign.NUMBER) else ""
        first = ":1" if start is None else f"{sign}{start.text}"
        if left == 0:
            return f"{array}[{first}]"
        first = first if start is None else f"{first}, None"
        if left is not None:
            return f"{array}[{':, ' * left}{first}]"
        return f"{array}[..., {first}{', :' * (right or 0)}]"

    def _tell_zero(self, operand: ast.expr, owner: Padded, consumer: ast.expr) -> None:
        zero = "False" if self.runs.dtype(operand) == "bool" else "0"
        mask = self._mask(owner, operand)
        self._tell(Form.FILL, operand, mask, owner, zero, within=consumer)

    def _tell(
        self,
        form: Form,
        node: ast.expr,
        mask: Mask,
        owner: Padded,
        value: str = "",
        within: ast.expr | None = None,
    ) -> None:
        around = None if within is None else span_of(self.source, within)
        consumer = Consumer(form, span_of(self.source, node), mask, value, within=around)
        self.consumers[node, form] = consumer, owner.seed

    def _mask(self, owner: Padded, operand: ast.expr) -> Mask:
        """The mask for a padded value, at `operand`."""
        seed = owner.seed
        start, stop = seed.limits(self.runs)
        left, right = self._both(owner, operand)
        if right is not None:
            return Mask(seed.array, seed.axis, right, start, stop)
        if owner.aligned and seed.is_whole:
            return Mask(seed.array, seed.axis, None, start, stop)
        if left is not None and isinstance(operand, ast.Name):
            return Mask(operand.id, left, None, start, stop)
        raise RefusedError(f"the number of axes of {self._quoted(operand)} is not known")

    def _caution(self, text: str) -> None:
        self.cautions[text] = None

    def _quoted(self, node: ast.expr) -> str:
        text = " ".join(segment(self.source, node).split())
        return f"`{text}`" if len(text) <= 40 else f"`{text[:39]}…`"


def _may_be_scalar(node: ast.expr) -> bool:
    """Whether a value of unknown rank looks as if it were a number: a name, an attribute, an element."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and not any(
        isinstance(part, ast.Call | ast.Slice) for part in ast.walk(node)
    )


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _argument(node: ast.Call, position: int, name: str) -> ast.expr | None:
    if position < len(node.args):
        return node.args[position]
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)


def _axes(node: ast.expr | None) -> tuple[int, ...] | None:
    """The axes that an argument names; None stands for all."""
    if node is None:
        return None
    try:
        value = ast.literal_eval(node)
    except ValueError:
        raise RefusedError("the axes of a reduction are not known") from None
    if value is None:
        return None
    axes = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(axis, int) for axis in axes):
        raise RefusedError("the axes of a reduction are not known")
    return axes


def _is_order(node: ast.expr | None) -> bool:
    """Whether zeros do not change the norm of this order."""
    if node is None:
        return True
    return isinstance(node, ast.Constant) and (
        node.value is None or (isinstance(node.value, int | float) and node.value > 0)
    )


def _only_result(body: list[ast.stmt]) -> ast.expr | None:
    """What a function returns whose body is nothing else."""
    rest = (
        body[1:]
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        else body
    )
    match rest:
        case [ast.Return(value=ast.expr() as value)]:
            return value
    return None


def _described(node: ast.AST) -> str:
    match node:
        case ast.Call():
            return "a call of which it is not known how to tell it which elements count"
        case ast.Subscript():
            return "another index"
    return "an expression of which it is not known how to tell it which elements count"
