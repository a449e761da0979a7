"""What is known of the world outside the analysed files: the tables, and the rows that a user adds to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from jaxslice_lint.jax_model import classes, contexts, instances, types
from jaxslice_lint.jax_model.aliases import ALIASES
from jaxslice_lint.jax_model.bases import BASE_CLASSES
from jaxslice_lint.jax_model.control_flow import CALLERS
from jaxslice_lint.jax_model.flax import FLAX_MODULES, VARIABLES
from jaxslice_lint.jax_model.functions.table import FUNCTIONS, PACKAGES
from jaxslice_lint.jax_model.haiku import HAIKU_MODULES
from jaxslice_lint.jax_model.library_classes import LIBRARY_CLASSES
from jaxslice_lint.jax_model.lookup import canonical, function
from jaxslice_lint.jax_model.schema import Assumed, Caller, Wrapper
from jaxslice_lint.jax_model.transforms import WRAPPERS

_PACKAGES = frozenset(row.path for row in PACKAGES)

#: Public dotted paths of which some table says something; what stands without a dot is a builtin function.
_KNOWN = frozenset(
    path
    for table in (
        (path for row in FUNCTIONS for path in row.paths),
        _PACKAGES,
        contexts.EAGER_CONTEXTS,
        contexts.UNTRACED_CONTEXTS,
        contexts.INDEX_ERRORS,
        instances.TRACER_TYPES,
        classes.DATACLASS_DECORATORS,
        classes.DATACLASS_BASES,
        classes.NAMED_TUPLES,
        (row.path for row in classes.PYTREE_CLASSES),
        (row.path for row in (*FLAX_MODULES, *HAIKU_MODULES)),
        VARIABLES,
    )
    for path in table
    if "." in path or path in _PACKAGES
)


@dataclass(frozen=True, eq=False)
class Model:
    """The look-ups that a user can extend; those in `lookup.py` say the same to everybody.

    `static_functions`: those that the user adds.
    """

    transforms: Mapping[str, Wrapper | Caller]
    static_functions: frozenset[str] = frozenset()
    assumed: tuple[Assumed, ...] = ()

    def extended(
        self,
        transforms: Iterable[Wrapper | Caller] = (),
        static_functions: Iterable[str] = (),
        assumed: Iterable[Assumed] = (),
    ) -> "Model":
        """The model with more rows; a row replaces what was known of its path."""
        rows = {canonical(row.path): row for row in transforms}
        paths = frozenset(canonical(path) for path in static_functions)
        return replace(
            self,
            transforms={**self.transforms, **rows},
            static_functions=self.static_functions | paths,
            assumed=(*self.assumed, *assumed),
        )

    def transform(self, path: str) -> Wrapper | Caller | None:
        """The row of an API that traces functions; None if `path` is none."""
        return self.transforms.get(path)

    def is_static(self, path: str) -> bool:
        """Whether the result of `path` is static whatever it is given."""
        return path in self.static_functions or function(path).is_static

    def assumption(self, path: str) -> Assumed | None:
        """What is assumed of the function at `path` of the analysed code; None if nothing is."""
        found = [one for one in self.assumed if f"{path}.".startswith(f"{one.path}.")]
        if not found:
            return None
        return Assumed(path, frozenset().union(*(one.traced for one in found)))

    def may_trace(self, module: str, text: str) -> bool:
        """Whether a module mentions what traces functions, or holds functions that are assumed to be traced."""
        paths = [f"{one.path}." for one in self.assumed]
        return any(package in text for package in self.root_packages) or any(
            f"{module}.".startswith(path) or path.startswith(f"{module}.") for path in paths
        )

    def knows(self, path: str) -> bool:
        """Whether something is known of the API at `path`, or of the module or class that holds it."""
        answers = self._answers
        if path not in answers:
            parts = canonical(path).split(".")
            prefixes = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
            answers[path] = any(prefix in self._known for prefix in prefixes)
        return answers[path]

    @cached_property
    def _answers(self) -> dict[str, bool]:
        """What `knows` has said so far: it is asked for the same names again and again."""
        return {}

    @cached_property
    def _known(self) -> frozenset[str]:
        dotted = (path for path in self.static_functions if "." in path)
        return _KNOWN.union(self.transforms, dotted)

    @cached_property
    def root_packages(self) -> tuple[str, ...]:
        """Top-level packages that trace functions."""
        return tuple(sorted({path.partition(".")[0] for path in self.transforms}))


_TRANSFORMS: tuple[Wrapper | Caller, ...] = (*WRAPPERS, *CALLERS)

#: What everybody knows.
DEFAULT = Model({row.path: row for row in _TRANSFORMS})

#: Where their source is among the analysed files, that says more.
_CLASSES = {row.path for row in LIBRARY_CLASSES} | {row.path for row in BASE_CLASSES}
#: The top-level packages that the tables speak of: an import of such a name means the library.
LIBRARIES = frozenset(
    path.partition(".")[0]
    for table in (_KNOWN, DEFAULT.transforms, ALIASES, types.ARRAYS, types.TREES, _CLASSES)
    for path in table
)
