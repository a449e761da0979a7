"""The table of functions, and what holds in a package for those that have no row."""

from jaxslice_lint.jax_model import names
from jaxslice_lint.jax_model.equinox import EQUINOX_FUNCTIONS
from jaxslice_lint.jax_model.flax import FLAX_FUNCTIONS
from jaxslice_lint.jax_model.functions.arrangements import ARRANGEMENTS
from jaxslice_lint.jax_model.functions.constructors import CONSTRUCTORS
from jaxslice_lint.jax_model.functions.effects import EFFECTS
from jaxslice_lint.jax_model.functions.elementwise import ELEMENTWISE
from jaxslice_lint.jax_model.functions.methods import METHODS
from jaxslice_lint.jax_model.functions.python import PYTHON
from jaxslice_lint.jax_model.functions.reductions import REDUCTIONS
from jaxslice_lint.jax_model.functions.samples import SAMPLES
from jaxslice_lint.jax_model.functions.schema import Function, Gives, Package
from jaxslice_lint.jax_model.functions.static import STATIC_RESULTS
from jaxslice_lint.jax_model.functions.trees import TREES
from jaxslice_lint.jax_model.haiku import HAIKU_FUNCTIONS
from jaxslice_lint.jax_model.library_classes import CREATING_FUNCTIONS
from jaxslice_lint.jax_model.pallas import PALLAS_FUNCTIONS

FUNCTIONS: tuple[Function, ...] = (
    *ELEMENTWISE,
    *REDUCTIONS,
    *CONSTRUCTORS,
    *ARRANGEMENTS,
    *SAMPLES,
    *TREES,
    *STATIC_RESULTS,
    *EFFECTS,
    *PYTHON,
    *METHODS,
    *PALLAS_FUNCTIONS,
    *EQUINOX_FUNCTIONS,
    *FLAX_FUNCTIONS,
    *HAIKU_FUNCTIONS,
    *CREATING_FUNCTIONS,
)

PACKAGES: tuple[Package, ...] = (
    *(
        Package(path, Gives.ARRAY)
        for path in (names.NUMPY, names.LAX, "jax.random", "jax.nn", "jax.image", "jax.ops")
    ),
    Package("jax.nn.initializers", Gives.TREE),
    Package("jax.scipy", Gives.TREE),
    Package("jax.experimental.sparse", Gives.TREE),
    Package(names.PALLAS, Gives.REF),
    *(
        Package(path, Gives.HOST)
        for path in (
            *(names.HOST, "math", "operator", "builtins", "itertools", "functools", "statistics"),
        )
    ),
    Package("numpy.random", Gives.HOST, pure=False),
)
