"""What people decided by reading: `triage.toml` on findings, `undone.toml` on sites, `assume.toml` on roots."""

from dataclasses import dataclass

import tomllib
from fetch import APPLICATION, HERE, Package

#: What `undone.toml` may say of a site: its start is no tracer when JAX runs it; only users trace it; the package does.
STATIC, USERS, TRACED = "static", "users", "traced"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody decided about one line of a release, and why."""

    verdict: str
    why: str


def finding_verdicts(package: Package) -> dict[tuple[str, int, str], Verdict]:
    """Of findings on the released sources, by file, line and code: true or false."""
    return {
        (str(row["file"]), _line(row), str(row["code"])): Verdict(
            str(row["verdict"]), str(row["why"])
        )
        for row in _rows("triage.toml", package)
    }


def site_verdicts(package: Package) -> dict[tuple[str, int], Verdict]:
    """Of undone sites, by file and line of the release."""
    return {
        (str(row["file"]), _line(row)): Verdict(str(row["verdict"]), str(row["why"]))
        for row in _rows("undone.toml", package)
    }


def assumed(package: Package) -> list[str]:
    """What the second pass takes for traced, in the words of the option `assume-traced`."""
    table: dict[str, list[str]] = tomllib.loads((HERE / "assume.toml").read_text())
    return table.get(package.name, [])


def _rows(name: str, package: Package) -> list[dict[str, object]]:
    """The tables of one package. Each has `file` or `files`, and `line` or `lines`."""
    path = HERE / ("apps_" * (package.kind == APPLICATION) + name)
    table: dict[str, list[dict[str, object]]] = tomllib.loads(path.read_text())
    rows: list[dict[str, object]] = []
    for row in table.get(package.name, []):
        lines = row.get("lines", [row.get("line")])
        if not isinstance(lines, list):
            raise ValueError(f"{name}: `lines` is a list of numbers: {row}")
        rows += [row | {"line": line} for line in lines]
    return rows


def _line(row: dict[str, object]) -> int:
    line = row["line"]
    if not isinstance(line, int):
        raise ValueError(f"`line` is a number: {row}")
    return line
