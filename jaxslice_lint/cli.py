"""The command line: options become settings, the outcome of a run becomes text and an exit status; nothing else."""

import gc
import io
import os
import shutil
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jaxslice_lint import __version__, streams
from jaxslice_lint.options import STDIN, Options, settings_of
from jaxslice_lint.report.formats import DEFAULT_FORMAT, FORMATS, View
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.rules import RULES, rule
from jaxslice_lint.settings import FIX_STYLES, ConfigError, Settings
from jaxslice_lint.source.errors import in_words
from jaxslice_lint.source.paths import exists, shown

if TYPE_CHECKING:
    from jaxslice_lint.cache import Folder

FOUND = 1
FAILED = 2
_CLEAN = "clean"
_CONTRADICTIONS = (("quiet", "verbose"), ("exit_zero", "exit_non_zero_on_fix"))


def run() -> None:
    """The command: `main`, and the end of the process, which does not take apart first what a large run has made."""
    try:
        main()
    except SystemExit as end:
        streams.leave(end.code if isinstance(end.code, int) else FAILED)


def main() -> None:
    """Run the command line and exit: 0 nothing found, 1 findings, 2 the tool could not do its job."""
    # A run is short, and keeps what it makes until its end: whoever looks for garbage finds none.
    gc.disable()
    streams.prepare()
    _clean_up_on_signals()
    try:
        status = command.main(standalone_mode=False)
    except click.ClickException as error:
        said = io.StringIO()
        error.show(said)
        streams.say(*said.getvalue().rstrip("\n").split("\n"))
        status = FAILED
    except (click.Abort, KeyboardInterrupt):
        status = 130
    except BrokenPipeError:
        streams.leave_output()  # the reader has seen enough
        status = 0
    except streams.StreamError as error:
        streams.leave_output()
        streams.say(f"error: {error}")
        status = FAILED
    except ConfigError as error:
        streams.say(f"error: {error}")
        status = FAILED
    except OSError as error:
        streams.say(f"error: {error.strerror}{f': {error.filename}' * bool(error.filename)}")
        status = FAILED
    except Exception as error:
        streams.say(f"error: internal error: {in_words(error)}; please report it")
        status = FAILED
    sys.exit(status)


def _clean_up_on_signals() -> None:
    """Leave as Ctrl-C does, with no child process and no temporary file behind."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        with suppress(
            AttributeError, ValueError
        ):  # Windows has fewer, and only the main thread sets them
            signal.signal(getattr(signal, name), leave)


def _codes(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> list[str] | None:
    """Codes given in one list with commas, in several options, or both; None if the option is absent."""
    return [code.strip() for value in values for code in value.split(",")] if values else None


def _named_formats() -> str:
    """`full (default), concise, or json`."""
    *others, last = (f"{name} (default)" if name == DEFAULT_FORMAT else name for name in FORMATS)
    return f"{', '.join(others)}, or {last}"


@click.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Find slices with traced bounds in JAX code, and rewrite them. PATHS default to the working "
    'directory; "-" reads standard input; "clean" removes the cache, if nothing there is called so.',
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--fix/--no-fix", default=None, help="Apply safe fixes.")
@click.option(
    "--verify/--no-verify",
    default=None,
    help="With --fix or --diff: run each rewrite with JAX first, and drop it if it does not do the same.",
)
@click.option(
    "--verify-python",
    envvar="JAXSLICE_LINT_VERIFY_PYTHON",
    metavar="PYTHON",
    help="The Python whose JAX --verify runs; else that of the environment.",
)
@click.option(
    "--unsafe-fixes/--no-unsafe-fixes", default=None, help="Count unsafe fixes as applicable."
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option(
    "--fix-style", type=click.Choice(FIX_STYLES), help="lax (default), or ds for JAX 0.9.1+."
)
@click.option(
    "--select", multiple=True, callback=_codes, metavar="CODES", help="Rules to run, or ALL."
)
@click.option(
    "--ignore", multiple=True, callback=_codes, metavar="CODES", help="Rules to leave out."
)
@click.option(
    "--extend-select", multiple=True, callback=_codes, metavar="CODES", help="More rules."
)
@click.option(
    "--exclude", multiple=True, metavar="GLOB", help="More files and folders to leave out."
)
@click.option("--force-exclude", is_flag=True, default=None, help="Exclude named files as well.")
@click.option("--output-format", type=click.Choice([*FORMATS]), help=f"{_named_formats()}.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--explain", metavar="CODE", help="Show the page of a rule.")
@click.option("--list-rules", is_flag=True, help="List the rules.")
@click.option(
    "--debug-trace",
    metavar="FILE[:LINE]",
    help="Show what the analysis knows of the expressions on a line, or of what `reveal_traced` is passed.",
)
@click.option("--stdin-filename", metavar="FILE", help="The name of the file on standard input.")
@click.option(
    "--config", multiple=True, metavar="FILE|KEY=VALUE", help="A TOML file, or one setting."
)
@click.option("--isolated", is_flag=True, help="Ignore configuration files.")
@click.option("-e", "--exit-zero", is_flag=True, help="Exit with 0 even if something is found.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 if a file was changed.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Say how each bound was judged; reads no cache."
)
@click.option("--timing", is_flag=True, help="Say where the time went.")
@click.option(
    "-n",
    "--no-cache",
    is_flag=True,
    envvar="JAXSLICE_LINT_NO_CACHE",
    help="Look nothing up, and keep nothing.",
)
@click.option(
    "--cache-dir",
    envvar="JAXSLICE_LINT_CACHE_DIR",
    metavar="FOLDER",
    help="Where answers are kept; else .jaxslice_cache beside the configuration, or here.",
)
@click.version_option(__version__, prog_name="jaxslice-lint", message="%(prog)s %(version)s")
def command(**given: Any) -> int:
    """Do what one command line asks for, and return the exit status."""
    options = Options(**given)
    if options.list_rules:
        return _list_rules()
    if options.explain:
        return _explain(options.explain)
    for one, other in _CONTRADICTIONS:
        if getattr(options, one) and getattr(options, other):
            raise click.UsageError(f"{_flag(one)} cannot be combined with {_flag(other)}")
    if STDIN in options.paths and len(options.paths) > 1:
        raise click.UsageError('"-" cannot be combined with other paths')
    if _CLEAN in options.paths and not exists(Path(_CLEAN)):
        if len(options.paths) > 1 or options.fix or options.diff:
            raise click.UsageError('"clean" goes with no other path, --fix or --diff')
        return _clean(options)
    settings = settings_of(options)
    if options.verify and not settings.fix and not options.diff:
        raise click.UsageError("--verify needs --fix or --diff")
    if options.debug_trace:
        if settings.fix or options.diff:
            raise click.UsageError("--debug-trace cannot be combined with --fix or --diff")
        return _debug(options.debug_trace, settings, options)
    if STDIN in options.paths:
        return _check_stdin(settings, options)
    return _check_paths(settings, options)


def _check_paths(settings: Settings, options: Options) -> int:
    from jaxslice_lint.cache import Cache
    from jaxslice_lint.run import run_paths, write_changes

    fix = settings.fix and not options.diff
    paths = [Path(path) for path in options.paths or (".",)]
    # What `-v` says is not kept.
    cache = None if options.no_cache or options.verbose else Cache(_folder(settings, options))
    outcome = run_paths(paths, settings, fix=fix or options.diff, cache=cache)
    for warning in cache.warnings if cache else ():
        streams.say(f"warning: {warning}")
    if fix:
        outcome = write_changes(outcome, settings, paths)
    if not outcome.files and not outcome.failures and not options.quiet:
        streams.say("warning: No Python files found under the given path(s)")
    if options.diff:
        return _show_diff(outcome, options)
    _show(outcome, settings, options, to_stderr=False)
    return _status(outcome, options)


def _folder(settings: Settings, options: Options) -> "Folder":
    from jaxslice_lint.cache import CACHE_NAME, Folder

    given = options.cache_dir
    return Folder(shown(Path(given) if given else settings.root / CACHE_NAME))


def _clean(options: Options) -> int:
    from jaxslice_lint.cache import CacheError

    folder = _folder(settings_of(replace(options, paths=())), options)
    try:
        said = f"Removed {folder}" if folder.remove() else f"There is no cache at {folder}"
    except CacheError as error:
        streams.say(f"error: {error}")
        return FAILED
    if not options.quiet:
        streams.say(said)
    return 0


def _check_stdin(settings: Settings, options: Options) -> int:
    from jaxslice_lint.run import run_text
    from jaxslice_lint.source.disk import encode

    fix = settings.fix and not options.diff
    name = shown(Path(options.stdin_filename)) if options.stdin_filename else Path(STDIN)
    data = streams.given()
    outcome = run_text(data, name, settings, fix=fix or options.diff)
    if options.diff:
        return _show_diff(outcome, options)
    if fix:
        streams.show(encode(outcome.files[0].source) if outcome.files else data)
    _show(outcome, settings, options, to_stderr=fix)
    return _status(outcome, options)


def _show(outcome: Outcome, settings: Settings, options: Options, *, to_stderr: bool) -> None:
    """Print findings and summary, in one of the formats, to one of the streams."""
    write = streams.tell if to_stderr else streams.show
    _say_asides(outcome, options)
    output = FORMATS[settings.output_format]
    render = output.statistics if options.statistics else output.findings
    on_terminal = streams.is_terminal(error=to_stderr)
    write(render(outcome, _view(settings, options, on_terminal)))
    if options.quiet:
        return
    from jaxslice_lint.report.summary import not_followed, summary, unverified

    if output.is_for_programs:
        streams.tell(unverified(outcome) + not_followed(outcome))
    else:
        write(summary(outcome, fixed=settings.fix, unsafe=settings.unsafe_fixes))


def _view(settings: Settings, options: Options, on_terminal: bool) -> View:
    return View(
        unsafe=settings.unsafe_fixes,
        verbose=options.verbose,
        color=_wants_color(on_terminal),
        width=_width(on_terminal),
    )


def _show_diff(outcome: Outcome, options: Options) -> int:
    from jaxslice_lint.report.patch import patch
    from jaxslice_lint.report.summary import would_fix

    _say_asides(outcome, options)
    for file in outcome.files:
        if file.changed:
            streams.show(patch(file))
    if not options.quiet:
        streams.tell(would_fix(outcome))
    if outcome.failures:
        return FAILED
    return FOUND if any(file.changed for file in outcome.files) and not options.exit_zero else 0


def _status(outcome: Outcome, options: Options) -> int:
    if outcome.failures:
        return FAILED
    if options.exit_non_zero_on_fix and outcome.rewrites:
        return FOUND
    return FOUND if outcome.findings and not options.exit_zero else 0


def _debug(place: str, settings: Settings, options: Options) -> int:
    from jaxslice_lint.report.debug import evaluations_in_words
    from jaxslice_lint.run import debug_trace
    from jaxslice_lint.source.disk import FileError

    name, _, line = place.rpartition(":")
    if not (name and line.isdecimal()) or exists(Path(place)):
        name, line = place, ""
    paths = [Path(path) for path in options.paths if path != STDIN]
    try:
        evaluations = debug_trace(paths, settings, shown(Path(name)), int(line) if line else None)
    except FileError as error:
        streams.say(f"error: {error}")
        return FAILED
    streams.show(evaluations_in_words(evaluations, place))
    return 0


def _list_rules() -> int:
    for known in RULES:
        star = "[*]" if known.has_rewrite else "[ ]"
        streams.show(f"{known.code} {star} {known.name}: {known.summary}\n")
    return 0


def _explain(code: str) -> int:
    try:
        streams.show(rule(code.upper()).page)
    except KeyError:
        raise ConfigError(f"unknown rule `{code}`; `--list-rules` lists the rules") from None
    return 0


def _wants_color(on_terminal: bool) -> bool:
    # https://no-color.org and https://force-color.org: set to anything but the empty string.
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return on_terminal and os.environ.get("TERM") != "dumb"


def _width(on_terminal: bool) -> int | None:
    """Columns to fit into; None where nobody looks at a terminal."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns):
        return int(columns)
    return shutil.get_terminal_size().columns if on_terminal else None


def _say_asides(outcome: Outcome, options: Options) -> None:
    """What is not part of the report goes to stderr: failures, and what `-v` explains."""
    for failure in outcome.failures:
        streams.say(f"error: {failure}")
    if options.verbose:
        from jaxslice_lint.report.explain import explanations

        streams.tell(explanations(outcome))
    if options.timing:
        from jaxslice_lint.report.timing import timing

        streams.tell(timing(outcome))


def _flag(option: str) -> str:
    return f"--{option.replace('_', '-')}"
