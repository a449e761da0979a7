"""The linter in a process that lives long, such as a language server: it keeps what it knows of a project in memory."""

from pathlib import Path

from jaxslice_lint.cache import Cache, Memory
from jaxslice_lint.report.outcome import Outcome
from jaxslice_lint.rules.finding import Finding
from jaxslice_lint.run import project_around, project_of, run_project
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.disk import FileError, read
from jaxslice_lint.source.paths import absolute, exists, shown
from jaxslice_lint.source.project import Project, project_root
from jaxslice_lint.source.text import Source

_BOM = "\ufeff"


class Session:
    """Findings of files, with the texts that an editor holds in place of those on the disk.

    What is on the disk is read once: whoever sees a file change, appear or vanish there calls `update`. A file that a
    run of its project would not read, as it is excluded or not saved yet, is looked at when it is asked for.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._texts: dict[Path, Source] = {}
        #: By the folders that they are found in.
        self._projects: dict[Path, Project] = {}
        self._cache = Cache(Memory())

    def update(self, path: Path, text: str | None = None) -> None:
        """Take `text` for what the file holds; without a text, what is on the disk now."""
        path = shown(path)
        self._texts.pop(path, None)
        if text is not None:
            self._texts[path] = Source(path, text.removeprefix(_BOM), bom=text.startswith(_BOM))
        for folder, project in list(self._projects.items()):
            try:
                if project.has(path):
                    self._projects[folder] = project.updated([self._source(path)])
                elif absolute(path).is_relative_to(folder) and exists(path):
                    del self._projects[folder]
            except FileError:  # it is gone, and the project another one
                del self._projects[folder]

    def findings(self, path: Path) -> tuple[Finding, ...]:
        """What is found in a file. Raises `FileError` if it cannot be read."""
        return tuple(self.outcome(path).findings)

    def outcome(self, path: Path) -> Outcome:
        """All that is said of a file. Raises `FileError` if it cannot be read."""
        path = shown(path)
        source, folder = self._source(path), project_root(path) or absolute(path).parent
        if folder not in self._projects:
            self._projects[folder] = self._as_edited(project_around(path, self._settings))
        project = self._projects[folder]
        if project.has(path):
            # What is parsed now is parsed for the next question, too.
            project = self._projects[folder] = project.updated([project.source(path) or source])
        else:
            project = self._as_edited(project_of([source], self._settings)).updated([source])
        return run_project(project, self._settings, cache=self._cache)

    def _as_edited(self, project: Project) -> Project:
        return project.updated([one for path, one in self._texts.items() if project.has(path)])

    def _source(self, path: Path) -> Source:
        """A file as the editor holds it, else as it is on the disk. Raises `FileError`."""
        return self._texts.get(path) or read(path)
