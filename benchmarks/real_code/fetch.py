"""The pinned sources, downloaded into a cache folder and unpacked: releases with pip, applications from GitHub.

Nothing of them is built or run.
"""

import os
import re
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import tomllib

HERE = Path(__file__).parent
#: The kind of what is in `apps.toml`.
APPLICATION = "application"

_PROJECT_FILES = {"pyproject.toml", "setup.py", "setup.cfg"}
_BUILD_TOOLS = (
    "setuptools.build_meta",
    "hatchling.build",
    "flit_core.buildapi",
    "poetry.core.masonry.api",
    "uv_build",
    "pdm.backend",
    "scikit_build_core.build",
)
#: pip asks the build tool of an sdist for metadata before it keeps the file. This one answers from `PKG-INFO`.
_STAND_IN = """\
import email.parser
import pathlib
import sys

__legacy__ = sys.modules[__name__]


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(folder, config_settings=None):
    told = email.parser.Parser().parsestr(pathlib.Path("PKG-INFO").read_text(encoding="utf-8"))
    name, version = told["Name"], told["Version"]
    info = pathlib.Path(folder, f"{name.replace('-', '_')}-{version}.dist-info")
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    return info.name
"""


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned release, or an application at a commit; `kind` is sdist, wheel or application."""

    name: str
    version: str
    kind: str

    @property
    def stem(self) -> str:
        """The start of its file's name, as PyPI normalises it, in lower case."""
        return f"{re.sub(r'[-_./]+', '_', self.name)}-{self.version}".lower()

    @property
    def folder(self) -> str:
        """Where its sources lie: those of an application in a folder of its name, as which they may be imported."""
        return f"{self.stem}/{Path(self.name).name}" if self.kind == APPLICATION else self.stem


def packages(names: Iterable[str] = ()) -> list[Package]:
    """All packages of the list, or those named."""
    return _chosen("packages.toml", names)


def applications(names: Iterable[str] = ()) -> list[Package]:
    """All applications of the list, or those named."""
    return _chosen("apps.toml", names)


def _chosen(listing: str, names: Iterable[str]) -> list[Package]:
    pins: dict[str, dict[str, str]] = tomllib.loads((HERE / listing).read_text())
    every = [Package(n, v, kind) for kind, pinned in pins.items() for n, v in pinned.items()]
    wanted = set(names)
    if unknown := wanted - {package.name for package in every}:
        raise SystemExit(f"not in {listing}: {', '.join(sorted(unknown))}")
    return sorted((p for p in every if not wanted or p.name in wanted), key=lambda p: p.name)


def default_cache() -> Path:
    """The cache folder where none is given."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "jaxslice-lint", "real_code")


def fetch(package: Package, cache: Path) -> Path:
    """The folder with the Python sources and project files of a release, downloaded if it is not there."""
    folder = cache / "sources" / package.folder
    if not folder.is_dir():
        partial = folder.with_name(folder.name + ".partial")
        for path, data in _members(archive(package, cache / "archives"), package):
            target = partial / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        partial.rename(folder)
    return folder


def archive(package: Package, folder: Path) -> Path:
    """The file of a release, downloaded into the folder if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (found := _downloaded(package, folder)):
        if package.kind == APPLICATION:
            address = f"https://github.com/{package.name}/archive/{package.version}.tar.gz"
            urllib.request.urlretrieve(address, folder / f"{package.stem}.tar.gz")
        else:
            with tempfile.TemporaryDirectory() as scratch:
                _download(package, folder, Path(scratch))
        found = _downloaded(package, folder)
    if not found:
        raise SystemExit(f"{package.name} {package.version}: pip left no {package.kind}")
    return found


def _downloaded(package: Package, folder: Path) -> Path | None:
    ending = ".whl" if package.kind == "wheel" else (".tar.gz", ".zip")
    for path in sorted(folder.iterdir()):
        name = path.name.lower().replace(package.name.lower(), package.name.replace("-", "_"))
        if re.match(re.escape(package.stem) + r"(-|\.tar|\.zip)", name) and name.endswith(ending):
            return path
    return None


def _download(package: Package, folder: Path, scratch: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(folder),
    ]
    command += ["--ignore-requires-python", f"{package.name}=={package.version}"]
    if package.kind == "wheel":
        command += ["--only-binary", ":all:"]
    else:
        command += ["--no-binary", ":all:", "--no-build-isolation", "--use-pep517"]
        for tool in _BUILD_TOOLS:
            module = scratch.joinpath(*tool.split(".")).with_suffix(".py")
            module.parent.mkdir(parents=True, exist_ok=True)
            module.write_text(_STAND_IN)
            # An installed build tool would come before a package without this file.
            for folder in [*module.relative_to(scratch).parents][:-1]:
                scratch.joinpath(folder, "__init__.py").touch()
    environment = os.environ | {"PYTHONPATH": str(scratch)}
    subprocess.run(command, check=True, env=environment)


def _members(archive: Path, package: Package) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files to keep; those of an sdist without its top folder."""
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as zipped:
            for name in zipped.namelist():
                path = _inside(PurePosixPath(name), package)
                if path and _is_wanted(path):
                    yield path, zipped.read(name)
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            path = _inside(PurePosixPath(member.name), package)
            if path and member.isfile() and _is_wanted(path) and (file := tar.extractfile(member)):
                yield path, file.read()


def _inside(path: PurePosixPath, package: Package) -> PurePosixPath | None:
    parts = path.parts if package.kind == "wheel" else path.parts[1:]
    if path.is_absolute() or ".." in parts or not parts:
        return None
    return PurePosixPath(*parts)


def _is_wanted(path: PurePosixPath) -> bool:
    return path.suffix == ".py" or (len(path.parts) == 1 and path.name in _PROJECT_FILES)
