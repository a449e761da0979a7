"""Context managers that change how what stands in them runs, errors that a program handles there, and what ends it.

All names are public dotted paths.
"""

from jaxslice_lint.jax_model.names import paths

#: Context managers inside which JAX operations run at once, on concrete values.
EAGER_CONTEXTS = frozenset({"jax.ensure_compile_time_eval"})
#: Context managers inside which transforms don't trace, so that no bound is a tracer.
UNTRACED_CONTEXTS = frozenset({"jax.disable_jit"})
#: Exceptions that all errors are,
ALL_ERRORS = frozenset({"Exception", "BaseException"})
#: and those of which one is raised for a traced bound, or which include one.
INDEX_ERRORS = frozenset(
    {
        *("IndexError", "LookupError", "TypeError"),
        *paths(("jax.errors",), "TracerIntegerConversionError TracerBoolConversionError"),
        *paths(("jax.errors",), "TracerArrayConversionError ConcretizationTypeError JAXTypeError"),
    }
)
#: Context managers that end with the errors below them, whatever library or class they are from. Of all but `suppress`
#: the first argument says which.
EXPECTING_ERRORS = frozenset(
    {
        *("suppress", "raises", "assertRaises", "assertRaisesRegex"),
        *("assertRaisesWithLiteralMatch", "assert_raises", "assert_raises_regex"),
    }
)
#: Functions that do not return.
PROGRAM_ENDS = frozenset({"exit", "quit", "sys.exit", "os._exit", "os.abort"})
