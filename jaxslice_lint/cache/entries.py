"""An entry of the cache: what one run was given and depended on, and what it said."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from jaxslice_lint.cache.findings import (
    Plain,
    items,
    mapping_of,
    read_back,
    text,
    tuple_of,
    written,
)
from jaxslice_lint.rules.finding import Finding

#: The bytes that tell whether what follows is what was written.
_SEAL = 16


@dataclass(frozen=True, slots=True)
class Input:
    """What a run read of one file: all of it, if there is no `glance`; else what can be seen without parsing it."""

    content: str
    glance: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is found in a file, for lines of at most so many characters."""

    line_length: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One run: the files of its project, the names that it looked for in all of them, and the answers for the files
    that it was given, by path; and what it says of the whole: where it gave up, and what it read in part."""

    inputs: Mapping[str, Input]
    names: tuple[str, ...]
    answers: Mapping[str, Answer]
    given_up: tuple[str, ...] = ()
    read_in_part: tuple[str, ...] = ()


def dump(entry: Entry) -> bytes:
    """An entry as JSON, behind what tells it from one that is damaged."""
    plain = [
        {path: [one.content, one.glance] for path, one in entry.inputs.items()},
        entry.names,
        {
            path: [one.line_length, [written(finding) for finding in one.findings]]
            for path, one in entry.answers.items()
        },
        entry.given_up,
        entry.read_in_part,
    ]
    body = json.dumps(plain, separators=(",", ":")).encode()
    return _seal(body) + body


def load(data: bytes) -> Entry:
    """The entry that was dumped. Raises `ValueError` if it is none."""
    seal, body = data[:_SEAL], data[_SEAL:]
    if seal != _seal(body):
        raise ValueError("not what was written")
    try:
        inputs, names, answers, given_up, read_in_part = items(json.loads(body), 5)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return Entry(
        mapping_of(inputs, _input_of),
        tuple_of(names, text),
        mapping_of(answers, _answer_of),
        tuple_of(given_up, text),
        tuple_of(read_in_part, text),
    )


def _seal(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_SEAL).digest()


def _input_of(plain: Plain) -> Input:
    return Input(*map(text, items(plain, 2)))


def _answer_of(plain: Plain) -> Answer:
    line_length, findings = items(plain, 2)
    if type(line_length) is not int:
        raise ValueError("no line length")
    return Answer(line_length, tuple_of(findings, read_back))
