"""Programs whose statements and expressions were moved, wrapped and renamed: text stays as it was written."""

import keyword
import re
from collections.abc import Callable, Sequence

from fuzz.dice import Dice
from fuzz.edits.blocks import Statement, blocks, expressions, parsed, reindented
from fuzz.templates import functions

#: `...` and `{}` stand for what is wrapped, `NAME` for a name of the program.
_AROUND_STATEMENTS = functions("edits_around_statements")
_AROUND_EXPRESSIONS = functions("edits_around_expressions")
_STATEMENTS = functions("edits_statements")
_DECORATORS = (
    "@jax.jit",
    "@jax.jit  # fast",
    "@partial(jax.jit, static_argnums=(1,))",
    "@jax.vmap",
    "@staticmethod",
    "@classmethod",
    "@property",
    "@functools.wraps(print)",
    "@(lambda f: f)",
    "@jax.custom_vjp",
    "@unknown.decorator(1, *[], **{})",
    "@jax.tree_util.register_pytree_node_class",
    "@dataclasses.dataclass(frozen=True)",
)
#: What a name is changed to: one that means something else, or is written in another way.
_NAMES = (
    "x",
    "i",
    "jax",
    "jnp",
    "lax",
    "np",
    "partial",
    "int",
    "slice",
    "range",
    "print",
    "match",
    "case",
    "type",
    "_",
    "__x",
    "self",
    "size_of_a_window_whose_name_is_so_long_that_no_line_holds_it_twice",
    "größe",
    "变量",
    "ﬁnd",  # NFKC: find
    "𝐱",  # NFKC: x
    "ｉ",  # NFKC: i
    "ª",
    "x.y",
    "x[0]",
    "3",
    "None",
)
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
_KEYWORDS = frozenset(keyword.kwlist)


def mutated(dice: Dice, text: str) -> str:
    """The text after one to six random changes, each of which may also break it."""
    for _ in range(dice.randint(1, 6)):
        text = dice.choice(_MUTATIONS)(dice, text)
    return text


def _with_block(
    change: Callable[[Dice, list[str], list[Statement]], list[str]],
) -> Callable[[Dice, str], str]:
    """A change to the lines of one block, of a text that parses."""

    def changed(dice: Dice, text: str) -> str:
        tree = parsed(text)
        found = blocks(text, tree) if tree else []
        if not found:
            return text
        return "\n".join(change(dice, text.split("\n"), dice.choice(found)))

    return changed


def _swap(dice: Dice, lines: list[str], block: list[Statement]) -> list[str]:
    if len(block) < 2:
        return lines
    one, other = sorted(dice.sample(range(len(block)), 2))
    a, b = block[one], block[other]
    between = lines[a.last : b.first]
    middle = [*lines[b.first : b.last], *between, *lines[a.first : a.last]]
    return [*lines[: a.first], *middle, *lines[b.last :]]


def _duplicate(dice: Dice, lines: list[str], block: list[Statement]) -> list[str]:
    one, other = dice.choice(block), dice.choice(block)
    return [*lines[: other.last], *lines[one.first : one.last], *lines[other.last :]]


def _delete(dice: Dice, lines: list[str], block: list[Statement]) -> list[str]:
    one = dice.choice(block)
    instead = [f"{one.indent}pass"] if len(block) == 1 else []
    return [*lines[: one.first], *instead, *lines[one.last :]]


def _insert(dice: Dice, lines: list[str], block: list[Statement]) -> list[str]:
    one = dice.choice(block)
    new = [one.indent + line for line in _filled(dice, dice.choice(_STATEMENTS), lines)]
    at = dice.pick(one.first, one.last)
    return [*lines[:at], *new, *lines[at:]]


def _wrap(dice: Dice, lines: list[str], block: list[Statement]) -> list[str]:
    first = dice.randrange(len(block))
    run = block[first : first + dice.pick(1, 1, 2, 3, len(block))]
    start, end, indent = run[0].first, run[-1].last, run[0].indent
    new: list[str] = []
    for line in _filled(dice, dice.choice(_AROUND_STATEMENTS), lines):
        if line.strip() == "...":
            deeper = line[: len(line) - len(line.lstrip())]
            new += reindented(lines[start:end], indent, indent + deeper)
        else:
            new.append(indent + line)
    return [*lines[:start], *new, *lines[end:]]


def _decorate(dice: Dice, lines: list[str], block: list[Statement]) -> list[str]:
    heads = [one for one in block if lines[one.first].lstrip().startswith(("def ", "class ", "@"))]
    if not heads:
        return lines
    one = dice.choice(heads)
    return [*lines[: one.first], one.indent + dice.choice(_DECORATORS), *lines[one.first :]]


def _move(dice: Dice, text: str) -> str:
    """A statement to another block."""
    tree = parsed(text)
    found = blocks(text, tree) if tree else []
    if len(found) < 2:
        return text
    lines = text.split("\n")
    one, other = dice.choice(dice.choice(found)), dice.choice(dice.choice(found))
    moved = reindented(lines[one.first : one.last], one.indent, other.indent)
    return "\n".join([*lines[: other.last], *moved, *lines[other.last :]])


def _around_expression(dice: Dice, text: str) -> str:
    tree = parsed(text)
    found = expressions(text, tree) if tree else []
    if not found:
        return text
    sliced = [one for one in found if "[" in text[one.start : one.end]]
    one = dice.choice(sliced if sliced and dice.chance(0.6) else found)
    around = dice.choice(_AROUND_EXPRESSIONS)
    new = around.replace("{}", text[one.start : one.end])
    return text[: one.start] + new + text[one.end :]


def _exchange(dice: Dice, text: str) -> str:
    """An expression in place of another one."""
    tree = parsed(text)
    found = expressions(text, tree) if tree else []
    if not found:
        return text
    one, other = dice.choice(found), dice.choice(found)
    return text[: one.start] + text[other.start : other.end] + text[one.end :]


def _rename(dice: Dice, text: str) -> str:
    """A name, everywhere or here and there, to one that means something else or is written in another way."""
    words = sorted(set(_WORD.findall(text)) - _KEYWORDS)
    if not words:
        return text
    old, new = dice.choice(words), dice.choice(_NAMES)
    share = dice.pick(1.0, 1.0, 0.5)
    return re.sub(rf"\b{old}\b", lambda found: new if dice.chance(share) else found[0], text)


def _filled(dice: Dice, template: str, lines: Sequence[str]) -> list[str]:
    """The lines of a template with names of the program in it."""
    words = sorted({word for line in lines for word in _WORD.findall(line)} - _KEYWORDS) or ["x"]
    return [re.sub("NAME", lambda _: dice.choice(words), line) for line in template.split("\n")]


_MUTATIONS: Sequence[Callable[[Dice, str], str]] = (
    _with_block(_swap),
    _with_block(_duplicate),
    _with_block(_delete),
    _with_block(_insert),
    _with_block(_wrap),
    _with_block(_wrap),
    _with_block(_wrap),
    _with_block(_decorate),
    _move,
    _around_expression,
    _around_expression,
    _around_expression,
    _exchange,
    _rename,
)
