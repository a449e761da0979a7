"""What a user teaches in a configuration, read as rows of the tables."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.jax_model.model import DEFAULT
from jaxslice_lint.jax_model.schema import Assumed, Caller, How, Wrapper

#: The keys of a table that describes a transform, and the keys that name an argument of it.
#: Python takes no call with so many arguments from a person.
_MOST = 255
_KEYS = ("function", "static", "static-argnums", "static-argnames")
_ENTRY = re.compile(r"(?P<path>[\w.]+)(?:\((?P<names>[\w\s,]*)\))?")


class TaughtError(Exception):
    """A row that cannot be used: `item` is how it is written, the message what is wrong with it."""

    def __init__(self, item: str, problem: str) -> None:
        super().__init__(problem)
        self.item = item


def transforms(given: Mapping[str, object]) -> tuple[Wrapper | Caller, ...]:
    """The rows of `transforms`."""
    return tuple(_transform(_dotted(path), value) for path, value in given.items())


def static_functions(given: Sequence[str]) -> tuple[str, ...]:
    """The paths of `static-functions`."""
    return tuple(map(_dotted, given))


def assumed(given: Sequence[str]) -> tuple[Assumed, ...]:
    """The entries of `assume-traced`: `mylib.ops`, `mylib.ops.window(start)`."""
    return tuple(map(_assumed, given))


def _dotted(path: str) -> str:
    if "." not in path or not _is_path(path):
        raise TaughtError(path, f'`{path}` must be a dotted path in quotes, such as "mylib.jit"')
    return path


def _is_path(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def _transform(path: str, given: object) -> Wrapper | Caller:
    match given:
        case str():
            row = DEFAULT.transform(canonical(given))
            if row is None:
                raise TaughtError(path, f"`{path}`: `{given}` is no transform that is known")
            return replace(row, path=path)
        case dict():
            return _wrapper(path, given)
    raise TaughtError(path, f"`{path}` must be the path of a transform, or a table")


def _wrapper(path: str, given: Mapping[str, object]) -> Wrapper:
    """A wrapper that is called like `jit`, with its arguments in other places or under other names."""
    unknown = next((key for key in given if key not in _KEYS), None)
    if unknown is not None:
        raise TaughtError(path, f"`{path}`: unknown key `{unknown}` (known are {_listed(_KEYS)})")
    function = _argument(path, "function", given.get("function", 0))
    numbers = _argument(path, "static-argnums", given.get("static-argnums", "static_argnums"))
    names = _argument(path, "static-argnames", given.get("static-argnames", "static_argnames"))
    positions = [one for one in (function, numbers, names) if isinstance(one, int)]
    options = [f"{position}" for position in range(max(positions, default=0) + 1)]
    if isinstance(function, str):
        options[0], function = function, 0
    if options[function] in (str(numbers), str(names)) or numbers == names:
        raise TaughtError(path, f"`{path}`: one argument cannot be two things")
    return Wrapper(
        path,
        How.TRACED,
        tuple(options),
        (str(numbers),),
        (str(names),),
        position=function,
        static=_static(path, given.get("static", [])),
    )


def _argument(path: str, key: str, given: object) -> str | int:
    """The name of an argument, or its position."""
    if isinstance(given, str) and given.isidentifier():
        return given
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= _MOST:
        return given
    problem = f"`{key}` must be the name of an argument, or its position, counted from 0"
    raise TaughtError(path, f"`{path}`: {problem}")


def _static(path: str, given: object) -> tuple[str | int, ...]:
    if isinstance(given, list) and all(type(one) in (str, int) for one in given):
        return tuple(given)
    raise TaughtError(path, f"`{path}`: `static` must be a list of parameters, by name or number")


def _assumed(entry: str) -> Assumed:
    found = _ENTRY.fullmatch(entry.strip())
    if found is not None and _is_path(found["path"]):
        listed = found["names"]
        names = [] if listed is None else [name.strip() for name in listed.split(",")]
        if all(name.isidentifier() for name in names):
            return Assumed(found["path"], frozenset(names))
    raise TaughtError(entry, f'`{entry}` must be a path such as "mylib.ops" or "mylib.ops.f(x, i)"')


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
