"""Looks answers up and keeps them. An answer is taken if the run that found it would read the same today."""

import hashlib
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path

import jaxslice_lint
from jaxslice_lint.cache.entries import Answer, Entry, Input, dump, load
from jaxslice_lint.cache.folder import CacheError, Folder
from jaxslice_lint.cache.memory import Memory
from jaxslice_lint.report.outcome import FileOutcome, Outcome
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.paths import working_folder
from jaxslice_lint.source.project import Project
from jaxslice_lint.source.text import Source

#: Settings that say what is done with findings, not which there are.
_AFTERWARDS = frozenset(
    ("borrowed", "fix", "verify", "verify_python", "unsafe_fixes", "output_format")
)
#: A run that does less is done sooner than its answer is written and read.
_MANY_EXPRESSIONS, _MANY_FILES = 5_000, 20


@dataclass(slots=True)
class Cache:
    """The answers in a `store`. Trouble with them is told in `warnings`, and never ends a run."""

    store: Folder | Memory
    warnings: list[str] = field(default_factory=list)

    def recall(self, project: Project, settings: Settings) -> Outcome | None:
        """What is known of the given files of a project; None if they have to be traced.

        A run of other files may have found something else in these: what it has seen before says what comes after.
        """
        try:
            if self.store.is_empty:
                return None
            name = _name(project, settings)
            entry = self._entry(name)
            outcome = None if entry is None else _Found(project, settings).outcome(entry)
            if outcome is not None:
                self.store.touch(name)
        except CacheError as error:
            self._warn(error)
            return None
        return outcome

    def keep(self, project: Project, settings: Settings, outcome: Outcome) -> None:
        """Keep what a run has found, if it did not fail, and if to find it took longer than to look it up."""
        work = sum(one.expressions for one in outcome.spent)
        is_quick = work < _MANY_EXPRESSIONS and len(project.parsed) < _MANY_FILES
        if outcome.failures or is_quick:
            return
        answers = {
            str(one.original.path): Answer(
                settings.longest_line(one.original.path) if one.findings else 0, one.findings
            )
            for one in outcome.files
        }
        names = tuple(sorted(project.names))
        inputs = _Found(project, settings).inputs(names)
        entry = Entry(inputs, names, answers, outcome.given_up, outcome.read_in_part)
        try:
            self.store.write(_name(project, settings), dump(entry))
        except CacheError as error:
            self._warn(error)

    def _entry(self, name: str) -> Entry | None:
        """An entry; None if there is none, or if it was damaged: then there is none any more. Raises `CacheError`."""
        data = self.store.read(name)
        try:
            return None if data is None else load(data)
        except ValueError as error:
            self._warn(CacheError(f"{self.store}: removed a damaged entry ({error})"))
            self.store.discard(name)
            return None

    def _warn(self, error: CacheError) -> None:
        if str(error) not in self.warnings:
            self.warnings.append(str(error))


class _Found:
    """The files of a project as they are now."""

    def __init__(self, project: Project, settings: Settings) -> None:
        self._project, self._settings, self._model = project, settings, settings.model
        self._contents = {path: _content(project.source(path)) for path in project.paths}

    def inputs(self, names: tuple[str, ...]) -> dict[str, Input]:
        """What a run that has just ended depended on, in which these names were looked for."""
        parsed = self._project.parsed
        return {
            str(path): Input(content, "" if path in parsed else self._glance(path, names))
            for path, content in self._contents.items()
        }

    def outcome(self, entry: Entry) -> Outcome | None:
        """What an entry says of the given files, if all that it depended on is as it was."""
        if entry.inputs.keys() != {str(path) for path in self._contents}:
            return None
        if any(self._differs(path, entry) for path in self._contents):
            return None
        files: list[FileOutcome] = []
        for source in self._project.sources:
            answer = entry.answers.get(str(source.path))
            if answer is None or not all(_is_in(source, one) for one in answer.findings):
                return None
            if answer.findings and answer.line_length != self._settings.longest_line(source.path):
                return None
            files.append(FileOutcome(source, source, answer.findings))
        return Outcome(tuple(files), (), entry.given_up, entry.read_in_part)

    def _differs(self, path: Path, entry: Entry) -> bool:
        """Whether the run would read something else of a file. A given one is looked at for comments, too."""
        was = entry.inputs[str(path)]
        if was.content == self._contents[path]:
            return False
        is_read = not was.glance or path in self._project.given
        return is_read or was.glance != self._glance(path, entry.names)

    def _glance(self, path: Path, names: tuple[str, ...]) -> str:
        """Tells all that is seen of a file that nobody follows the program into."""
        source, module = self._project.source(path), self._project.module(path)
        text = "" if source is None else source.text
        mentioned = [name for name in names if name in text]
        may_trace = self._model.may_trace(module.name, text)
        return _digest((self._project.glance(path), may_trace, mentioned))


def _is_in(source: Source, finding: Finding) -> bool:
    """Whether a finding is at a place that the file has: the cache may be damaged."""
    if finding.path != source.path:
        return False
    last = len(source.line_starts)
    spans = (finding.span, *finding.marks)
    edits = finding.fix.edits if finding.fix else ()
    return all(span.end_line <= last for span in spans) and all(
        0 <= edit.start <= edit.end <= len(source.text) for edit in edits
    )


def _content(source: Source | None) -> str:
    """Tells the content of a file from any other one; empty if it cannot be read."""
    if source is None:
        return ""
    told = f"{source.encoding} {source.bom} {source.text}"
    return hashlib.blake2b(told.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _name(project: Project, settings: Settings) -> str:
    """Tells a question from all others that may have another answer though the files are the same."""
    told = [
        f"{one.name}={getattr(settings, one.name)!r}"
        for one in fields(settings)
        if one.name not in _AFTERWARDS and one.name != "codes"
    ]
    given = sorted(map(str, project.given))
    about = _tool(), sys.version, working_folder(), sorted(settings.codes), told
    return _digest((about, project.roots, given))


def _tool() -> tuple[str, str]:
    """The tool itself: its version, and for those who develop it, what is in its files."""
    home = Path(jaxslice_lint.__file__).parent
    content = hashlib.blake2b(digest_size=16)
    for path in sorted(home.rglob("*.py")):
        content.update(path.read_bytes())
    return jaxslice_lint.__version__, content.hexdigest()


def _digest(what: object) -> str:
    return hashlib.blake2b(repr(what).encode(errors="surrogatepass"), digest_size=16).hexdigest()
