"""The options of one command line, and the settings that they make together with the configuration."""

from dataclasses import dataclass
from pathlib import Path

from jaxslice_lint.rules import RULES
from jaxslice_lint.settings import Settings, load
from jaxslice_lint.source.paths import is_folder

#: Stands for the standard input among the paths.
STDIN = "-"
#: The options that stand above the configuration, None where they are absent.
_SETTINGS = (
    *("fix", "verify", "verify_python", "unsafe_fixes", "fix_style", "select", "ignore"),
    *("extend_select", "force_exclude", "output_format"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """One command line. What is None where the option is absent is left to the configuration."""

    paths: tuple[str, ...]
    fix: bool | None
    verify: bool | None
    verify_python: str | None
    unsafe_fixes: bool | None
    diff: bool
    fix_style: str | None
    select: list[str] | None
    ignore: list[str] | None
    extend_select: list[str] | None
    exclude: tuple[str, ...]
    force_exclude: bool | None
    output_format: str | None
    statistics: bool
    explain: str | None
    list_rules: bool
    debug_trace: str | None
    stdin_filename: str | None
    config: tuple[str, ...]
    isolated: bool
    exit_zero: bool
    exit_non_zero_on_fix: bool
    quiet: bool
    verbose: bool
    timing: bool
    no_cache: bool
    cache_dir: str | None


def settings_of(options: Options) -> Settings:
    """The settings of a run, the options above those of its configuration. Raises `ConfigError`."""
    flags: dict[str, object] = {
        name.replace("_", "-"): value
        for name in _SETTINGS
        if (value := getattr(options, name)) is not None
    }
    if options.exclude:
        flags["extend-exclude"] = [
            part for glob in options.exclude for part in glob.split(",") if part
        ]
    paths = options.paths or (".",)
    first = Path(options.stdin_filename or "." if STDIN in paths else paths[0])
    return load(
        first if is_folder(first) else first.parent,
        flags,
        [known.code for known in RULES],
        config=options.config,
        isolated=options.isolated,
    )
