"""The unknowns of a fragment: free names, calls and attributes of the user's code, with what is known of them.

That is what their uses say, and what the program passes in the way that is run (`Given`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jaxslice_lint.facts.site import ElementKind, Given, GivenKind, Operand, OperandKind
from jaxslice_lint.facts.status import Sign
from jaxslice_lint.verify.verdict import NotRunnableError, would_run
from jaxslice_lint.verify.ways import parts

#: The least integer of a sign.
FLOORS: Mapping[Sign, int | None] = {Sign.ANY: None, Sign.NON_NEGATIVE: 0, Sign.POSITIVE: 1}
_NARROW = ("int8", "int16", "uint8", "uint16")
#: Of the kinds that several uses say, the first one here counts.
_ORDER = ("mask", "slice", "dtype", "array", "int", "index", "number", "flag", "any")


@dataclass(frozen=True, slots=True)
class Role:
    """What one use of a value says of it.

    `kind` is "any", "array", "int", "index", "mask", "slice", "dtype", "number" or "flag" (both static); `least` is
    the least rank. Integers are `static` where the code needs their values, and `traced` where it was found that they
    are. `axis`: where a mask stands.
    """

    kind: str = "any"
    least: int = 0
    static: bool = False
    traced: bool = False
    narrow: bool = False
    operand: Operand | None = None
    axis: int | None = None
    sign: Sign = Sign.ANY

    @property
    def is_integer(self) -> bool:
        return self.kind in ("int", "index")


ANY = Role()
ARRAY = Role("array")
STATIC = Role("int", static=True)
FLAG = Role("flag")
NUMBER = Role("number")


@dataclass(slots=True)
class Unknowns:
    """All unknowns of a fragment, by their text. The rewritten side has no others, but for what the way says.

    `given`: what the way that is run says of some texts. `integers`: names that must be integers, since slices are
    bounded by them; `flags`: names that conditions ask for. `parameters`: those of the function that is run, which the
    rewritten side may use for itself.
    """

    given: dict[str, Given] = field(default_factory=dict)
    integers: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    roles: dict[str, list[Role]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)
    #: The calls that are unknowns, whatever they are given.
    calls: set[str] = field(default_factory=set)
    #: What is called, or belongs to a package, and is not run; in the order of the text.
    left_out: dict[str, None] = field(default_factory=dict)
    closed: bool = False

    def name(self, text: str, role: Role) -> str:
        """The name that stands for an unknown. Raises `NotRunnableError` for one that only the rewrite has."""
        if text not in self.names:
            if self.closed and text not in self.given and text not in self.parameters:
                raise NotRunnableError(would_run(text))
            self.names[text] = text if text.isidentifier() else f"_unknown{len(self.names)}"
            self._add_parts(text)
        if not self.closed or text not in self.roles:
            self.roles.setdefault(text, []).append(role)
        return self.names[text]

    def is_ref(self, text: str) -> bool:
        """Whether tracing found this unknown to be a Pallas Ref."""
        roles = self.roles.get(text, [])
        return any(r.operand is not None and r.operand.kind is OperandKind.REF for r in roles)

    def _add_parts(self, text: str) -> None:
        known = self.given.get(text)
        if known is None or known.kind not in (GivenKind.SEQUENCE, GivenKind.SLICE):
            return
        role = Role("int") if known.kind is GivenKind.SLICE else ANY
        made = ["slice" if known.kind is GivenKind.SLICE else "tuple"]
        for part, item in parts(text, known):
            self.given.setdefault(part, item)
            made.append(self.name(part, role))
        self.made[self.names[text]] = made

    def described(self) -> list[dict[str, object]]:
        """The unknowns as the child process is told of them."""
        texts = [text for text, name in self.names.items() if name not in self.made]
        return [self._described(text) for text in texts]

    def seen(self, numbers: Mapping[str, int]) -> dict[str, int]:
        """Those of `numbers`, by text, that are unknowns here, by name."""
        return {self.names[text]: n for text, n in numbers.items() if text in self.names}

    def _described(self, text: str) -> dict[str, object]:
        role = self._role(text)
        known: dict[str, object] = {
            "name": self.names[text],
            "text": text,
            "kind": role.kind,
            "least": role.least,
            "traced": role.traced and not role.static,
            "narrow": role.narrow,
            "rank": role.least if role.kind == "mask" else None,
            "dtype": None,
            "axis": role.axis,
            "sliced": role.operand is not None,
            "floor": FLOORS[role.sign],
        }
        if role.operand is not None and role.kind != "mask":
            if role.operand.kind in (OperandKind.NUMPY, OperandKind.REF, OperandKind.SEQUENCE):
                known["kind"] = role.operand.kind.name.lower()
            known["rank"], known["dtype"] = role.operand.ndim, role.operand.dtype
        if text in self.given:
            known |= _of_given(self.given[text], role)
        return known

    def _role(self, text: str) -> Role:
        """What all uses of an unknown say together."""
        roles = self.roles[text]
        is_plain = not any(r.least or r.operand or r.kind in ("mask", "slice") for r in roles)
        if text in self.integers and is_plain:
            roles = [*roles, Role("int")]
        kinds = {role.kind for role in roles}
        if "int" in kinds and not any(role.least or role.operand for role in roles):
            kinds.discard("array")  # integers have methods of arrays too
        kind = min(kinds, key=_ORDER.index)
        operands = [role.operand for role in roles if role.operand]
        operand = operands[0] if operands else None
        for other in operands[1:]:
            assert operand is not None
            ndim = operand.ndim if other.ndim is None else other.ndim
            operand = replace(other, ndim=ndim, dtype=other.dtype or operand.dtype)
        return Role(
            kind,
            max((role.least for role in roles if role.kind == kind), default=0),
            static=any(role.static for role in roles),
            traced=any(role.traced or (kind == "int" and role.kind == "array") for role in roles),
            narrow=any(role.narrow for role in roles),
            operand=operand,
            axis=next((role.axis for role in roles if role.axis is not None), None),
            sign=max((role.sign for role in roles), key=[*Sign].index),
        )


def _of_given(given: Given, role: Role) -> dict[str, object]:
    """What a way says of an unknown with a role, as far as it is more than the role."""
    floor = FLOORS[given.sign if given.sign is not Sign.ANY else role.sign]
    integer: dict[str, object] = {"kind": "int", "least": 0, "rank": None, "floor": floor}
    is_integer = role.is_integer and not role.least and given.ndim in (0, None)
    match given.kind:
        case GivenKind.NONE:
            return {"kind": "none"}
        case GivenKind.STATIC if role.kind != "dtype":
            return {**integer, "traced": False}
        case GivenKind.TRACED:
            return {**integer, **_narrow(given), "traced": True, "dtype": given.dtype}
        case GivenKind.ARRAY if is_integer:
            return {**integer, **_narrow(given), "traced": True, "dtype": given.dtype}
        case GivenKind.NUMPY if is_integer:
            return {**integer, "traced": False}
        case GivenKind.ARRAY | GivenKind.NUMPY if role.kind not in ("mask", "slice", "dtype"):
            kind = "numpy" if given.kind is GivenKind.NUMPY else "array"
            if role.is_integer and (role.least or given.ndim):
                least = role.least or given.ndim
                return {"kind": "int", "least": least, "traced": True, "floor": floor}
            known: dict[str, object] = {"kind": kind, "floor": floor}
            known |= {"rank": given.ndim} if given.ndim is not None else {}
            return known | ({"dtype": given.dtype} if given.dtype is not None else {})
    return {}


def _narrow(given: Given) -> dict[str, object]:
    return {"narrow": True} if given.dtype in _NARROW else {}


def element_role(kind: ElementKind, ndim: int | None, axis: int) -> Role:
    """What tracing says of an element of an index."""
    match kind:
        case ElementKind.MASK:
            return Role("mask", ndim or 1, static=True, axis=axis)
        case ElementKind.SLICE:
            return Role("slice", static=True)
    return Role("index")


def ranked(role: Role, axes: int) -> Role:
    """What an array must be, so that the element at `axes` indices of it has `role`."""
    if role.is_integer:
        return replace(role, least=role.least + axes)
    return Role("array", axes)
