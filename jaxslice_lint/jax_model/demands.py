"""What asks for the value of what it is given, of which a tracer has none: functions, methods and formats of Python."""

#: The positions of the arguments that a function asks for, or hashes.
ASKED_ARGUMENTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("hash", "chr", "hex", "oct", "bin", "complex"), (0,)),
    **dict.fromkeys(("math.floor", "math.ceil", "math.trunc", "math.sqrt", "math.exp"), (0,)),
    **dict.fromkeys(("math.sin", "math.cos", "math.tan", "math.log2", "math.isqrt"), (0,)),
    **dict.fromkeys(("math.isnan", "math.isinf", "math.isfinite", "math.factorial"), (0,)),
    **dict.fromkeys(("math.pow", "math.gcd", "math.log", "math.fmod"), (0, 1)),
}
#: Functions that ask for the first item of what they go through, and those that ask for each of several.
ASKING_FIRST = frozenset({"any", "all"})
ASKING_ALL = frozenset({"sorted", "set", "frozenset"})
#: Of the methods of a dict, a set, and a list with items: those that hash their first argument, or compare it.
HASHING_METHODS = frozenset({"get", "pop", "setdefault", "add", "discard"})
COMPARING_METHODS = frozenset({"index", "count", "remove"})
#: Functions that run a generator to its end.
RUNNING = frozenset({"sum", "max", "min", "list", "tuple", "set", "frozenset", "sorted", "dict"})
