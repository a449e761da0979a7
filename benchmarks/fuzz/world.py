"""The program while it is written: its modules, its names, what it prints, and the imports that its text needs."""

import re
from dataclasses import dataclass, field

from fuzz.dice import Dice

#: Functions as people name them.
_FUNCTIONS = (
    *("window", "chunk", "block", "crop", "segment", "recent", "head", "tail", "part", "span"),
    *("patch", "slab", "lookback", "context", "take", "history", "frame", "band", "tile", "view"),
)
_ARRAYS = ("signal", "tokens", "prices", "grid", "weights", "frames", "errors", "series", "cache")
_CONSTANTS = ("WINDOW", "BATCH", "CHUNK", "WIDTH", "LAG", "SIZE", "SPAN", "STRIDE")
_LIBRARIES = ("cuts.py", "toolbox/slicing.py", "model_parts.py", "layers_util.py", "toolbox/ops.py")
_STDLIB = {
    "partial": "from functools import partial",
    "functools": "import functools",
    "contextlib": "import contextlib",
    "suppress": "from contextlib import suppress",
    "dataclass": "from dataclasses import dataclass",
    "NamedTuple": "from typing import NamedTuple",
    **{
        name: f"import {name}"
        for name in (
            *("operator", "types", "collections", "itertools", "copy", "asyncio", "threading"),
            *("concurrent.futures", "unittest", "enum", "abc", "importlib"),
        )
    },
}


@dataclass(frozen=True, slots=True)
class Array:
    """An array of the program. `dtype`: "float", "int", "uint8", "bool". `kind`: "jax", "numpy", "tuple", "list"."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    kind: str = "jax"

    @property
    def rank(self) -> int:
        """How many axes it has."""
        return len(self.shape)


@dataclass
class World:
    """Collects definitions and prints. `library` is the name of the second file, empty if there is none."""

    dice: Dice
    library: str = ""
    parts: list[str] = field(default_factory=list)
    _names: set[str] = field(default_factory=lambda: {"x", "jax", "jnp", "lax", "np"})
    _shared: list[str] = field(default_factory=list)
    _body: list[str] = field(default_factory=list)
    _main: list[str] = field(default_factory=list)
    _imports: list[str] = field(default_factory=list)
    _arrays: dict[tuple[str, str, int], Array] = field(default_factory=dict)
    _constants: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.dice.chance(0.3):
            self.library = self.dice.choice(_LIBRARIES)
        self._by_name = self.dice.pick("name", "name", "name", "module", "module", "star", "text")
        self._guard = self.dice.pick("never", "often", "main")

    # --- names

    def fresh(self, *bases: str) -> str:
        """A name that the program does not have yet."""
        name = base = self.dice.choice(bases)
        number = 2
        while name in self._names:
            name, number = f"{base}{number}", number + 1
        self._names.add(name)
        return name

    def function(self) -> str:
        """A fresh name for a function."""
        return self.fresh(*_FUNCTIONS)

    # --- what the program holds

    def define(self, text: str) -> None:
        """Put a definition into the script."""
        self._body.append(text.strip("\n"))

    def helper(self, name: str, text: str, *, shared: bool = False) -> str:
        """Put a definition into the library, if there is one, and say how the script refers to it.

        With `shared` it must not stand in the script, since it uses names of the library.
        """
        if not self.library or (not shared and self.dice.chance(0.2)):
            self.define(text)
            return name
        self._shared.append(text.strip("\n"))
        module = self.library.removesuffix(".py").replace("/", ".")
        if self._by_name == "name":
            self._imports.append(f"from {module} import {name}")
            return name
        if self._by_name == "star":
            self._imports.append(f"from {module} import *")
            return name
        if self._by_name == "text":
            return f'importlib.import_module("{module}").{name}'
        if "." not in module:
            self._imports.append(f"import {module}")
            return f"{module}.{name}"
        package, _, short = module.rpartition(".")
        self._imports.append(f"from {package} import {short}")
        return f"{short}.{name}"

    def is_shared(self, ref: str) -> bool:
        """Whether something that the script calls `ref` stands in the library."""
        name = ref.rpartition(".")[2]
        return any(re.search(rf"^(?:def|class) {name}\b", text) for text in self._shared)

    def number(self, value: int, lines: list[str] | None = None) -> str:
        """A number as a literal or by a name; the name is one of the module, or of `lines` in a function."""
        style = self.dice.random()
        if style < 0.6:
            return str(value)
        if style < 0.8 and lines is not None:
            name = self.fresh("size", "width", "length", "k", "batch_size")
            lines.append(f"{name} = {value}")
            return name
        name = self.fresh(*_CONSTANTS)
        self._constants[name] = value
        return name

    def _with_constants(self, definitions: list[str]) -> list[str]:
        """The definitions of a module, with the constants that it mentions before their first mention."""
        found: dict[str, None] = {}
        for text in definitions:
            words = set(re.findall(r"\w+", text))
            for name, value in self._constants.items():
                if name in words:
                    found[f"{name} = {value}"] = None
            found[text] = None
        return list(found)

    def array(self, dtype: str = "", kind: str = "jax", rank: int = 1) -> Array:
        """An array at module level, the same again for the same wish."""
        dtype = dtype or self.dice.pick("float", "float", "float", "int", "uint8", "bool")
        key = (dtype, kind, rank)
        if key not in self._arrays:
            name = self.fresh(*_ARRAYS)
            shape = (12,) if rank == 1 else (6, 5)
            self._arrays[key] = Array(name, shape, dtype, kind)
            self.define(f"{name} = {_array_text(dtype, kind, shape, self.dice)}")
        return self._arrays[key]

    def show(self, expression: str) -> None:
        """Print the value of an expression: at module level, in the main section, or in `main`."""
        line = f"print({expression})"
        if self.dice.chance(0.12):
            name = self.fresh("result", "out", "value")
            line = f"{name} = {expression}\nprint({name})"
        if self._guard != "never" and self.dice.chance(0.7):
            self._main.append(line)
        else:
            self.define(line)

    def main(self, text: str) -> None:
        """Put statements into the main section."""
        self._main.append(text.strip("\n"))

    # --- the files

    def files(self) -> dict[str, str]:
        """The texts of the program's files."""
        files: dict[str, str] = {}
        if self._shared:
            if "/" in self.library:
                files[f"{self.library.partition('/')[0]}/__init__.py"] = ""
            files[self.library] = _file(self._with_constants(self._shared), [], self.dice)
        last = "\n".join(self._main)
        body = self._with_constants([*self._body, last])
        body.remove(last)
        if self._main and self._guard == "main" and self.dice.chance(0.4):
            body.append("def main():\n" + indented("\n".join(self._main)))
            body.append('if __name__ == "__main__":\n    main()')
        elif self._main:
            body.append('if __name__ == "__main__":\n' + indented("\n".join(self._main)))
        files[self.dice.pick("train.py", "demo.py", "run_model.py")] = _file(
            body, self._imports, self.dice
        )
        return files


def indented(text: str, by: int = 1) -> str:
    """The lines of a text, deeper."""
    return "\n".join(f"{'    ' * by}{line}" if line else line for line in text.split("\n"))


def block(lines: list[str], by: int = 1) -> str:
    """Lines as the body of something."""
    return indented("\n".join(lines), by)


def _array_text(dtype: str, kind: str, shape: tuple[int, ...], dice: Dice) -> str:
    size = 12 if len(shape) == 1 else 30
    module = "jnp" if kind == "jax" else "np"
    if kind in ("tuple", "list"):
        inner = ", ".join(f"{k}.5" for k in range(size))
        return f"({inner})" if kind == "tuple" else f"[{inner}]"
    text = {
        "float": dice.pick(
            f"{module}.arange({size}.0)",
            f"{module}.arange({size}.0) * 1.5 - 4.0",
            f"{module}.linspace(-2.0, 3.0, {size})",
        ),
        "int": dice.pick(f"{module}.arange({size})", f"{module}.arange({size}) % 7 - 2"),
        "uint8": f"{module}.arange({size}, dtype={module}.uint8) * {module}.uint8(9)",
        "bool": f"{module}.arange({size}) % 3 == 0",
    }[dtype]
    if len(shape) == 1:
        return text
    return f"({text}).reshape{shape}" if " " in text else f"{text}.reshape{shape}"


def _file(definitions: list[str], imports: list[str], dice: Dice) -> str:
    """A module: what it imports follows from its text."""
    text = _respelled("\n\n\n".join(definitions), dice)
    standard = [line for word, line in _STDLIB.items() if _mentions(text, rf"{word}\b(?!=)")]
    third = ["import jax"] if _mentions(text, r"jax\.") else []
    if _mentions(text, r"jnp\.") and dice.chance(0.1) and not _mentions(text, r"np\b"):
        text = re.sub(r"(?<![\w.])jnp\b", "np", text)
        third.append("import jax.numpy as np")
    elif _mentions(text, r"jnp\."):
        third.append(dice.pick("import jax.numpy as jnp", "from jax import numpy as jnp"))
    if "eqx." in text:
        third.append("import equinox as eqx")
    if "@struct." in text:
        third.append("from flax import struct")
    if "import jax.numpy as np" not in third and _mentions(text, r"np\."):
        third.append("import numpy as np")
    if _mentions(text, r"lax\."):
        third.append(
            dice.pick("from jax import lax", "from jax import lax", "import jax.lax as lax")
        )
    third += [f"from jax import {word}" for word in _SHORT if _mentions(text, rf"{word}\b")]
    parts = [standard, third, list(dict.fromkeys(imports))]
    if dice.chance(0.1):
        parts.insert(0, ["from __future__ import annotations"])
    if dice.chance(0.15):
        parts.insert(0, ['"""Windows of arrays."""'])
    head = "\n\n".join("\n".join(part) for part in parts if part)
    return f"{head}\n\n{text}\n" if head else f"{text}\n"


#: What files import from `jax` at times.
_SHORT = ("jit", "vmap", "grad")


def _mentions(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w.]){word}", text) is not None


def _respelled(text: str, dice: Dice) -> str:
    """Spell JAX as this file does."""
    if dice.chance(0.3):
        text = re.sub(r"(?<![\w.])lax\.", "jax.lax.", text)
    if dice.chance(0.15):
        text = re.sub(rf"\bjax\.({'|'.join(_SHORT)})\b", r"\1", text)
    return text
