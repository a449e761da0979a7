"""The unknowns of a fragment: free names, calls and attributes of the user's code, with what their uses say of them."""

from dataclasses import dataclass, field, replace

from jaxslice_lint.tracing.site import ElementKind, Operand, OperandKind
from jaxslice_lint.verify.verdict import NotRunnableError


@dataclass(frozen=True, slots=True)
class Role:
    """What one use of a value says of it.

    `kind` is "any", "array", "int", "index", "mask", "slice" or "dtype"; `least` is the least rank. Integers are
    `static` where the code needs their values, and `traced` where it was found that they are. `axis`: where a mask
    stands.
    """

    kind: str = "any"
    least: int = 0
    static: bool = False
    traced: bool = False
    narrow: bool = False
    operand: Operand | None = None
    axis: int | None = None

    @property
    def is_integer(self) -> bool:
        return self.kind in ("int", "index")


ANY = Role()
ARRAY = Role("array")
STATIC = Role("int", static=True)
#: Of the kinds that several uses say, the first one here counts.
_ORDER = ("mask", "slice", "dtype", "array", "int", "index", "any")


@dataclass(slots=True)
class Holes:
    """All unknowns of a fragment, by their text. Those of the rewritten side must be known from the original."""

    roles: dict[str, list[Role]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    closed: bool = False

    def name(self, text: str, role: Role) -> str:
        """The name that stands for an unknown. Raises `NotRunnableError` for one that only the rewrite has."""
        if text not in self.names:
            if self.closed:
                raise NotRunnableError(f"it would take running `{_short(text)}`, which is not done")
            self.names[text] = text if text.isidentifier() else f"_hole{len(self.names)}"
        if not self.closed:
            self.roles.setdefault(text, []).append(role)
        return self.names[text]

    def described(self) -> list[dict[str, object]]:
        """The unknowns as the child process is told of them."""
        return [self._described(text) for text in self.names]

    def _described(self, text: str) -> dict[str, object]:
        roles = self.roles[text]
        kinds = {role.kind for role in roles}
        if "int" in kinds and not any(role.least or role.operand for role in roles):
            kinds.discard("array")  # integers have methods of arrays too
        kind = min(kinds, key=_ORDER.index)
        operands = [role.operand for role in roles if role.operand]
        static = any(role.static for role in roles)
        axes = [role.axis for role in roles if role.axis is not None]
        known = {
            "name": self.names[text],
            "text": text,
            "kind": kind,
            "least": max((role.least for role in roles if role.kind == kind), default=0),
            "traced": any(role.traced for role in roles) and not static,
            "narrow": any(role.narrow for role in roles),
            "rank": None,
            "dtype": None,
            "axis": axes[0] if axes else None,
        }
        if kind == "mask":
            return {**known, "rank": known["least"]}
        for operand in operands:
            if operand.kind in (OperandKind.NUMPY, OperandKind.REF):
                known["kind"] = operand.kind.name.lower()
            known["rank"] = operand.ndim if operand.ndim is not None else known["rank"]
            known["dtype"] = operand.dtype or known["dtype"]
        return known


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


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
