"""How long a piece of work may take, and what is said of one that is given up."""

#: Expressions that are evaluated for one piece of work, and for those of one module; a program that needs more makes
#: them without end. A function that is called by way of trial says little after a while: nothing is known of its
#: arguments. Parts of a large value count as expressions: it is walked through wherever it goes.
FUEL_OF_WORK = 200_000
FUEL_OF_TRIAL = 50_000
FUEL_OF_MODULE = 1_500_000


class OutOfFuelError(Exception):
    """A piece of work took too long; what was found so far stands."""


#: What ends a piece of work without being an error of the tracer, in words.
TOO_MUCH: dict[type[Exception], str] = {
    OutOfFuelError: "it takes too long",
    RecursionError: "its calls go too deep",
    MemoryError: "it takes too much memory",
}
