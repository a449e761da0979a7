"""What a run is asked to do: `[tool.jaxslice-lint]`, `--config` and flags become one frozen `Settings`."""

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jaxslice_lint.report.formats import DEFAULT_FORMAT, FORMATS
from jaxslice_lint.source.disk import FileError, read_setting
from jaxslice_lint.source.files import DEFAULT_EXCLUDE, Filter, Globs
from jaxslice_lint.source.line_length import project_line_length
from jaxslice_lint.source.paths import absolute, shown, working_folder
from jaxslice_lint.source.project import outermost_root
from jaxslice_lint.source.toml import TomlError, parse_toml

if TYPE_CHECKING:
    from jaxslice_lint.jax_model.model import Model
    from jaxslice_lint.jax_model.schema import Assumed, Caller, Wrapper

TABLE = "jaxslice-lint"
FIX_STYLES = ("lax", "ds")


class ConfigError(Exception):
    """A configuration that cannot be used; the message is one line and says where it stands."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One layer of rule selectors. `select` is None where the layer does not replace what the layers below selected."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """All that a run can be told. `root` is the folder that patterns are relative to; a `line_length` of 0 is that
    of each file's project; `borrowed` names what only the file of a project asks for, not its user."""

    codes: frozenset[str] = frozenset()
    root: Path = Path()
    borrowed: frozenset[str] = frozenset()
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fix: bool = False
    verify: bool = False
    verify_python: str = ""
    unsafe_fixes: bool = False
    fix_style: str = "lax"
    line_length: int = 0
    output_format: str = DEFAULT_FORMAT
    transforms: "tuple[Wrapper | Caller, ...]" = ()
    static_functions: tuple[str, ...] = ()
    assume_traced: "tuple[Assumed, ...]" = ()

    @property
    def model(self) -> "Model":
        """What is known of APIs, with what the project teaches."""
        from jaxslice_lint.jax_model.model import DEFAULT

        return DEFAULT.extended(self.transforms, self.static_functions, self.assume_traced)

    @property
    def filter(self) -> Filter:
        """What is left out of the files of a run."""
        globs = Globs(self.exclude + self.extend_exclude, self.root)
        return Filter(globs, self.respect_gitignore, self.force_exclude)

    @property
    def distrusted(self) -> Path | None:
        """A folder in which no program is started: all of a project that asks to verify where its user did not."""
        return outermost_root(self.root) if "verify" in self.borrowed else None

    def is_meant(self, name: str, path: Path) -> bool:
        """Whether a setting is for this file: what a project asks for is for its own files."""
        return name not in self.borrowed or absolute(path).is_relative_to(self.root)

    def longest_line(self, path: Path) -> int:
        """How many characters a line of this file may have."""
        return self.line_length or project_line_length(path)

    def enabled(self, path: Path) -> frozenset[str]:
        """The codes of the rules that look at this file."""
        codes = self.codes
        for pattern, selectors in self.per_file_ignores:
            if Globs((pattern,), self.root).match(path):
                codes = frozenset(code for code in codes if _specificity(code, selectors) < 0)
        return codes


def load(
    start: Path,
    flags: Mapping[str, object],
    known: Collection[str],
    *,
    config: Sequence[str] = (),
    isolated: bool = False,
) -> Settings:
    """The settings of a run: the nearest table at or above `start`, then `config`, then `flags`; later ones win,
    and what they exclude adds up.

    `config` holds paths of TOML files, which replace the nearest table, and `KEY = VALUE` pairs of TOML. `flags` has
    keys of the table. `known` are the codes of all rules. Raises `ConfigError`.
    """
    files = [Path(item) for item in config if not _is_pair(item)]
    pairs = [item for item in config if _is_pair(item)]
    if isolated and files:
        raise ConfigError("`--isolated` and a configuration file for `--config` exclude each other")
    is_found = not files and not isolated
    if is_found:
        files = _nearest(start)
    layers = [_read_file(path, known) for path in files]
    for layer in layers if is_found else ():
        layer.check_harmless()
    layers += [_parse(os.fsencode(pair), f"--config `{pair}`", known) for pair in pairs]
    layers.append(_Layer(dict(flags), "command line", known=known))
    settings = Settings(root=absolute(files[-1]).parent if files else working_folder() or Path())
    for layer in layers:
        values = layer.values()
        more = settings.extend_exclude + values.pop("extend_exclude", ())
        settings = replace(settings, **values, extend_exclude=more)
    own = {key for layer in layers[len(files) :] for key in layer.table} if is_found else {*_DEEDS}
    borrowed = frozenset(
        key.replace("-", "_")
        for key in _DEEDS
        if key not in own and any(layer.table.get(key) for layer in layers)
    )
    codes = _resolve([layer.selection() for layer in layers], known)
    return replace(settings, borrowed=borrowed, codes=codes)


@dataclass(frozen=True)
class _Layer:
    """One table of settings and where it comes from. `text` is its file, to say at which line a key stands."""

    table: Mapping[str, object]
    where: str
    text: str = ""
    known: Collection[str] = ()

    def values(self) -> dict[str, Any]:
        """The layer as arguments of `Settings`, without the selectors."""
        values: dict[str, Any] = {}
        for key, value in self.table.items():
            if key not in _KEYS:
                raise self.error(key, f"unknown key `{key}`{_suggestion(key)}")
            if key not in _SELECTORS:
                values[key.replace("-", "_")] = self._checked(key, value)
        return values

    def check_harmless(self) -> None:
        """Raise `ConfigError` for what a project may not say: which program is run on the machine of who lints it."""
        if _PROGRAM in self.table:
            raise self.error(
                _PROGRAM, f"`{_PROGRAM}` is taken from the command line and `{_VARIABLE}` alone"
            )

    def selection(self) -> Selection:
        """The layer's selectors."""
        return Selection(
            self._selectors("select") if "select" in self.table else None,
            self._selectors("extend-select"),
            self._selectors("ignore"),
        )

    def error(self, key: str, problem: str, item: str = "") -> ConfigError:
        """`problem` with the line of `key`, or of `item` in its value."""
        ours = _HEADER.search(self.text)
        spelled = re.compile(
            rf"^(?:[ \t]*|\[.*\.)[\"']?{re.escape(key)}[\"']?\s*[=.\]]", re.MULTILINE
        )
        found = spelled.search(self.text, ours.start() if ours else 0)
        if found is None:
            return ConfigError(f"{self.where}: {problem}")
        position = max(found.end(), self.text.find(item, found.end()))
        line = self.text.count("\n", 0, position) + 1
        return ConfigError(f"{self.where}:{line}: {problem}")

    def _selectors(self, key: str) -> tuple[str, ...]:
        return self._known_selectors(key, self._strings(key, f"`{key}`", self.table.get(key, [])))

    def _known_selectors(self, key: str, selectors: tuple[str, ...]) -> tuple[str, ...]:
        for selector in selectors:
            if all(_specificity(code, (selector,)) < 0 for code in self.known):
                raise self.error(key, f"`{key}`: unknown rule selector `{selector}`")
        return selectors

    def _strings(self, key: str, what: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self.error(key, f"{what} must be a list of strings")

    def _checked(self, key: str, value: object) -> object:
        if key in _CHOICES:
            if value not in _CHOICES[key]:
                choices = ", ".join(f'"{choice}"' for choice in _CHOICES[key])
                raise self.error(key, f"`{key}` must be one of {choices}")
            return value
        if key == "per-file-ignores":
            return self._per_file(value)
        if key in _TAUGHT:
            return self._taught(key, value)
        if key == "line-length":
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 320:
                raise self.error(key, f"`{key}` must be a number from 1 to 320")
            return value
        if isinstance(getattr(_DEFAULTS, key.replace("-", "_")), bool):
            if not isinstance(value, bool):
                raise self.error(key, f"`{key}` must be true or false")
            return value
        if isinstance(getattr(_DEFAULTS, key.replace("-", "_")), str):
            if not isinstance(value, str):
                raise self.error(key, f"`{key}` must be a string")
            return value
        return self._strings(key, f"`{key}`", value)

    def _taught(self, key: str, value: object) -> object:
        from jaxslice_lint.jax_model import taught

        try:
            if key == "static-functions":
                return taught.static_functions(self._strings(key, f"`{key}`", value))
            if key == "assume-traced":
                return taught.assumed(self._strings(key, f"`{key}`", value))
            if not isinstance(value, dict):
                raise self.error(key, f"`{key}` must be a table of dotted paths")
            return taught.transforms(value)
        except taught.TaughtError as error:
            raise self.error(key, f"`{key}`: {error}", error.item) from error

    def _per_file(self, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        key = "per-file-ignores"
        if not isinstance(value, dict):
            raise self.error(key, f"`{key}` must be a table of patterns and lists of rules")
        return tuple(
            (
                pattern,
                self._known_selectors(
                    key, self._strings(key, f"`{pattern}` in `{key}`", selectors)
                ),
            )
            for pattern, selectors in value.items()
        )


def _read_file(path: Path, known: Collection[str]) -> _Layer:
    data = _read(path)
    if data is None:
        raise ConfigError(f"{shown(path)}: cannot be read: No such file or directory")
    layer = _parse(data, f"{shown(path)}", known)
    table = _table(layer)
    if table is None:
        return replace(layer, table={}) if path.name == "pyproject.toml" else layer
    if not isinstance(table, dict):
        raise ConfigError(f"{shown(path)}: `tool.{TABLE}` must be a table")
    return replace(layer, table=table)


def _read(path: Path) -> bytes | None:
    try:
        return read_setting(shown(path))
    except FileError as error:
        raise ConfigError(str(error)) from error


def _table(layer: _Layer) -> object:
    tools = layer.table.get("tool")
    return tools.get(TABLE) if isinstance(tools, dict) else None


def _parse(data: bytes, where: str, known: Collection[str]) -> _Layer:
    try:
        return _Layer(parse_toml(data), where, data.decode() if b"\n" in data else "", known)
    except TomlError as error:
        raise ConfigError(f"{where}: {error}") from error


def _nearest(start: Path) -> list[Path]:
    """The nearest pyproject.toml at or above `start` that has our table; empty if there is none."""
    first = absolute(start)
    for folder in (first, *first.parents):
        path = folder / "pyproject.toml"
        data = _read(path) or b""
        # TOML takes long to import; a project may name the tool among its dependencies and have no table.
        if TABLE.encode() in data and _table(_parse(data, f"{shown(path)}", ())) is not None:
            return [path]
    return []


def _is_pair(item: str) -> bool:
    return bool(re.match(r"\s*[\w.\"'-]+\s*=", item)) and not os.access(item, os.F_OK)


def _suggestion(key: str) -> str:
    import difflib

    close = difflib.get_close_matches(key, _KEYS, n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""


def _resolve(layers: Sequence[Selection], known: Collection[str]) -> frozenset[str]:
    """The enabled codes. In a layer the more specific selector wins, and `ignore` where both are alike, as in ruff."""
    enabled = set(known)
    for layer in layers:
        for code in known:
            on = _specificity(code, (*(layer.select or ()), *layer.extend_select))
            off = _specificity(code, layer.ignore)
            if on > off:
                enabled.add(code)
            elif off >= 0 or layer.select is not None:
                enabled.discard(code)
    return frozenset(enabled)


def _specificity(code: str, selectors: Sequence[str]) -> int:
    """Length of the longest selector that matches `code`: 0 for ALL, -1 if none does."""
    return max(
        (
            0 if selector == "ALL" else len(selector)
            for selector in selectors
            if selector == "ALL" or (selector and code.startswith(selector))
        ),
        default=-1,
    )


#: Other tools' tables may have the same keys.
_HEADER = re.compile(rf"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*[\"']?{re.escape(TABLE)}\b", re.MULTILINE)
_DEFAULTS = Settings()
#: What changes files or starts programs.
_DEEDS = ("fix", "unsafe-fixes", "verify")
_PROGRAM = "verify-python"
_VARIABLE = "JAXSLICE_LINT_VERIFY_PYTHON"
_SELECTORS = ("select", "extend-select", "ignore")
_TAUGHT = ("transforms", "static-functions", "assume-traced")
_CHOICES: Mapping[str, tuple[str, ...]] = {"fix-style": FIX_STYLES, "output-format": (*FORMATS,)}
_KEYS = (
    *_SELECTORS,
    *(
        entry.name.replace("_", "-")
        for entry in fields(Settings)
        if entry.name not in ("codes", "root", "borrowed")
    ),
)
