"""A program as the fuzzer sees it: the texts of its files, in the order in which Python would run them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """Files by name, such as `toolbox/cuts.py`, the script last. `seed` made it, and `parts` says of what."""

    seed: int
    files: Mapping[str, str]
    parts: tuple[str, ...] = ()

    @property
    def script(self) -> str:
        """The file that runs as `__main__`."""
        return list(self.files)[-1]

    def with_files(self, files: Mapping[str, str]) -> "Program":
        """The same program after a tool changed its files."""
        return Program(self.seed, {name: files[name] for name in self.files}, self.parts)

    def shown(self) -> str:
        """All files as one text, for a report."""
        return "\n".join(f"# --- {name}\n{text}" for name, text in self.files.items())


def module_name(file: str) -> str:
    """The name by which the other files of the program import this one."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
