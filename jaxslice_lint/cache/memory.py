"""Entries in memory, for a process that lives long."""

from dataclasses import dataclass, field

#: Entries that are kept; those that were used last stay.
_MOST_ENTRIES = 64


@dataclass(frozen=True, slots=True)
class Memory:
    """The same as a `Folder`, as long as the process lives."""

    _entries: dict[str, bytes] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return not self._entries

    def read(self, name: str) -> bytes | None:
        """One entry; None if there is none."""
        return self._entries.get(name)

    def touch(self, name: str) -> None:
        """Note that an entry is used."""
        self._entries[name] = self._entries.pop(name)

    def write(self, name: str, data: bytes) -> None:
        """Keep an entry."""
        self._entries.pop(name, None)
        self._entries[name] = data
        while len(self._entries) > _MOST_ENTRIES:
            del self._entries[next(iter(self._entries))]

    def discard(self, name: str) -> None:
        """Remove an entry that is of no use."""
        self._entries.pop(name, None)
