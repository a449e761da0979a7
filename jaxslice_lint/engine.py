"""The linter in a process that lives long, such as a language server: it keeps what it knows of a project in memory."""

from pathlib import Path

from jaxslice_lint.cache import Cache, Memory
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.run import project_of, run_project
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.disk import FileError, read
from jaxslice_lint.source.paths import shown
from jaxslice_lint.source.project import Project
from jaxslice_lint.source.text import Source


class Session:
    """Findings of files, with the texts that an editor holds in place of those on the disk.

    What is on the disk is read once: whoever sees a file change, appear or vanish there calls `update`.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._texts: dict[Path, Source] = {}
        self._project: Project | None = None
        self._cache = Cache(Memory())

    def update(self, path: Path, text: str | None = None) -> None:
        """Take `text` for what the file holds; without a text, what is on the disk now."""
        path = shown(path)
        self._texts.pop(path, None)
        if text is not None:
            self._texts[path] = Source(path, text)
        project, self._project = self._project, None
        if project is not None and project.has(path):
            try:
                self._project = project.updated([self._source(path)])
            except FileError:  # it is gone, and the project another one
                self._project = None

    def findings(self, path: Path) -> tuple[Finding, ...]:
        """What is found in a file. Raises `FileError` if it cannot be read."""
        return tuple(self.outcome(path).findings)

    def outcome(self, path: Path) -> Outcome:
        """All that is said of a file. Raises `FileError` if it cannot be read."""
        path = shown(path)
        project = self._project
        if project is None or not project.has(path):
            others = [source for source in self._texts.values() if source.path != path]
            project = project_of([self._source(path), *others], self._settings)
        source = project.source(path) or self._source(path)
        self._project = project.updated([source])
        return run_project(self._project, self._settings, cache=self._cache)

    def _source(self, path: Path) -> Source:
        """A file as the editor holds it, else as it is on the disk. Raises `FileError`."""
        return self._texts.get(path) or read(path)
