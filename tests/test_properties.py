"""What `--fix` keeps whatever the program: it parses, a second run changes nothing, all but the slices stays."""

import ast
from collections.abc import Iterator
from pathlib import Path

from fixture_programs import Program, programs
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from jaxslice_lint.report.outcome import FileOutcome, is_applicable
from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_text
from jaxslice_lint.settings import Settings
from jaxslice_lint.source.disk import encode

#: In no project, so that nothing is looked for around it.
NAME = Path("/nowhere/program.py")
CODES = frozenset(rule.code for rule in RULES)
PROGRAMS = [program for program in programs() if program.marks]

whole_tool = settings(
    max_examples=75,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def fixed(data: bytes, style: str = "lax") -> FileOutcome:
    """The outcome of `--fix --unsafe-fixes` for a file that holds `data`."""
    options = Settings(CODES, fix=True, unsafe_fixes=True, fix_style=style, line_length=1_000)
    outcome = run_text(data, NAME, options, fix=True)
    assert not outcome.failures
    [file] = outcome.files
    return file


OPERANDS = st.sampled_from(
    ["x", "(x + 1)", "x.T", "x[0]", "jnp.exp(x)", "self.x", "x.at[0].set(1)", "é"]
)
WINDOWS = [
    "i:i + 3",
    "i - 2:i",
    "i:i+4:2",
    "i + 3:i:-1",
    "i :i+ 3",
    "j * 2:(j + 1) * 2",
    "i:",
    ":i",
    "i:j",
    "::i",
]
NEIGHBOURS = [":", "0", "-1", "None", "...", "k", "1:3", "::2", "[0, 1]", "i"]
METHODS = [
    ".set(v)",
    ".add(1)",
    ".multiply(v, mode='drop')",
    ".max(x[i:i + 3])",
    ".divide(2)",
    ".get()",
]
FRAMES = [
    "y = {}",
    "return {}",
    "return({})",
    "y = {}; z = 1",
    "y = [{} for _ in range(2)]  # é ü",
    "y = (  # why\n        {},\n    )",
    "y = 1 + \\\n        {}",
    "y = {{'a': {}, **{{}}}}",
    "g = lambda i=0: {}",
    "print(f'{{1 + 1}}', {}, '''\n  text \\\n''')",
    "if x.ndim: y = {}",
    "for i in range(3): y = {}",
    "y: int = {} if k else -{}",
    "y += {}.sum()",
    "assert ({}) is not None, 'é'",
]
IMPORTS = [
    "import jax\nimport jax.numpy as jnp\n",
    "from __future__ import annotations\nimport jax, os\n",
    '"""Docs."""\nimport jax.numpy as jnp; import jax\nfrom jax import lax\n',
    "# comment\n\nimport jax\nlax = None\n",
    "import jax as j\nimport jax\nfrom jax import lax as L, numpy as jnp\n",
]


@st.composite
def slices(draw: st.DrawFn) -> str:
    """A read or an update, of one or several axes."""
    parts = draw(st.lists(st.sampled_from(NEIGHBOURS), max_size=2))
    for window in draw(st.lists(st.sampled_from(WINDOWS), min_size=1, max_size=2)):
        parts.insert(draw(st.integers(0, len(parts))), window)
    assume(parts.count("...") < 2)
    index = ", ".join(parts) + draw(st.sampled_from(["", "", ","]))
    if draw(st.booleans()):
        return f"{draw(OPERANDS)}[{index}]"
    return f"{draw(OPERANDS)}.at[{index}]{draw(st.sampled_from(METHODS))}"


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A module with one jitted function; the indentation is drawn."""
    indent = draw(st.sampled_from(["    ", "\t", " ", "\x0c  "]))
    frames = draw(st.lists(st.sampled_from(FRAMES), min_size=1, max_size=4))
    body = [indent + f.format(*(draw(slices()) for _ in range(f.count("{}")))) for f in frames]
    head = draw(st.sampled_from(IMPORTS))
    return head + "@jax.jit\ndef f(self, x, é, i, j, v, k=0):\n" + "\n".join(body) + "\n"


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A module as bytes: line endings, encoding, byte order mark and the end of the file are drawn."""
    text = draw(texts())
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return as_bytes(text, *draw(FORMS))


#: Line ending and encoding.
FORMS = st.sampled_from(
    [
        (newline, encoding)
        for newline in ("\n", "\r\n", "\r")
        for encoding in ("utf-8", "utf-8-sig", "latin-1")
    ]
)


def as_bytes(text: str, newline: str, encoding: str) -> bytes:
    cookie = "# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else ""
    return (cookie + text).replace("\n", newline).encode(encoding)


@whole_tool
@given(files(), st.sampled_from(["lax", "ds"]))
def test_fixed_file_parses_and_a_second_run_leaves_it_alone(data: bytes, style: str) -> None:
    once = fixed(data, style)
    ast.parse(encode(once.source))
    assert encode(fixed(encode(once.source), style).source) == encode(once.source)
    assert not any(is_applicable(finding, unsafe=True) for finding in once.findings)


@whole_tool
@given(files())
def test_lines_without_a_rewritten_slice_stay_as_they_were(data: bytes) -> None:
    [file] = run_text(data, NAME, Settings(CODES), fix=False).files
    fixes = [finding.fix for finding in file.findings if finding.fix]
    edits = [edit for fix in fixes for edit in fix.edits if edit.end > edit.start]
    touched = {
        line
        for edit in edits
        for line in range(
            file.source.location(edit.start)[0], file.source.location(edit.end)[0] + 1
        )
    }
    # Once a static argument has cured one bound, what is left of its slice is rewritten, too.
    cured = [finding.span for finding in file.findings if finding.fix]
    touched |= {line for span in cured for line in range(span.line, span.end_line + 1)}
    kept = [x for number, x in enumerate(lines(file.source.text), 1) if number not in touched]
    if not all(finding.fix for finding in file.findings):
        # A static argument may cure what is left, once the others are rewritten.
        kept = [line for line in kept if line.strip() != "@jax.jit"]
    remaining = iter(lines(fixed(data).source.text))
    assert all(line in remaining for line in kept)


@whole_tool
@given(files())
def test_line_endings_byte_order_mark_and_end_of_file_stay(data: bytes) -> None:
    result = encode(fixed(data).source)
    assert result.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    assert endings(result) == endings(data)
    assert result.endswith((b"\r", b"\n")) == data.endswith((b"\r", b"\n"))


@whole_tool
@given(
    st.sampled_from(PROGRAMS),
    FORMS,
    st.sampled_from(["    ", "\t", "  "]),
    st.booleans(),
    st.booleans(),
)
def test_fix_does_the_same_in_every_text_form(
    program: Program, form: tuple[str, str], indent: str, form_feeds: bool, final_newline: bool
) -> None:
    def formed(text: str) -> bytes:
        text = "".join(indented(text, indent))
        if form_feeds:
            text = text.replace("\ndef ", "\n\x0c\ndef ")
        text += "# naïve é" + "\n" * final_newline
        return as_bytes(text, *form)

    plain = fixed(program.text.encode()).source.text
    assert encode(fixed(formed(program.text)).source) == formed(plain)


def lines(text: str) -> list[str]:
    """Lines as Python's tokenizer has them, which does not end one at a form feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def endings(data: bytes) -> set[bytes]:
    """The kinds of line endings in `data`."""
    bare = data.replace(b"\r\n", b"")
    kinds = {kind for kind in (b"\r", b"\n") if kind in bare}
    return kinds | ({b"\r\n"} if b"\r\n" in data else set())


def indented(text: str, indent: str) -> Iterator[str]:
    """The lines of `text` with another indentation for each leading four spaces."""
    for line in text.splitlines(keepends=True):
        bare = line.lstrip(" ")
        level, odd = divmod(len(line) - len(bare), 4)
        yield indent * level + " " * odd + bare
