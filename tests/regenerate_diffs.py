"""Shows how the rewrites of the fixtures differ from their `.diff` files; with `--write`, writes these anew.

python tests/regenerate_diffs.py [--write]

The `.diff` of a new program is written by hand. This is for a change to many of them: read all that it prints.
"""

import argparse
import difflib
from collections.abc import Iterable

from fixture_programs import ROOT, Program, fix, programs


def main() -> None:
    """Run what the option asks for; exit status 1 if something differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the `.diff` files")
    write = parser.parse_args().write
    changed = [program for program in programs() if _regenerate(program, write=write)]
    print(f"{len(changed)} of the fixtures differ")
    raise SystemExit(bool(changed))


def _regenerate(program: Program, *, write: bool) -> bool:
    """Show the difference of one program, if there is any; whether there is."""
    before = program.diff_path.read_text() if program.diff_path.exists() else ""
    fixed = fix(program.path, program.text, unsafe=any(mark.unsafe for mark in program.marks))
    after = _diff(program.text, fixed)
    if after == before:
        return False
    name = program.diff_path.relative_to(ROOT).as_posix()
    print(_joined(difflib.unified_diff(_lines(before), _lines(after), name, name, n=1)))
    if write and after:
        program.diff_path.write_text(after)
    elif write:
        program.diff_path.unlink()
    return True


def _diff(before: str, after: str) -> str:
    """A unified diff without context, and without the names of files."""
    return _joined([*difflib.unified_diff(_lines(before), _lines(after), n=0)][2:])


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _joined(lines: Iterable[str]) -> str:
    return "".join(lines)


if __name__ == "__main__":
    main()
