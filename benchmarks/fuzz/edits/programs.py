"""The file of each seed, of one of three kinds: mutated, written strangely, of random syntax."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fuzz.dice import Dice
from fuzz.edits.corpus import drawn
from fuzz.edits.encodings import encoded
from fuzz.edits.mutate import mutated
from fuzz.edits.syntax import combined, random_texts
from fuzz.edits.texts import rewritten
from fuzz.edits.tool import Options

MUTATED, STRANGE, RANDOM = KINDS = ("mutated", "strange", "random")


@dataclass(frozen=True, slots=True)
class Program:
    """A file, how the tool is run on it, and the seed that makes it again."""

    seed: int
    kind: str
    data: bytes
    options: Options


def generated(seed: int, kind: str, random_text: str = "") -> Program:
    """The program of a seed; `random_text` is what one of random syntax is made from."""
    dice = Dice(f"{kind} {seed}")
    options = Options(dice.chance(0.5), dice.pick("lax", "lax", "ds"), dice.pick(88, 88, 40, 120))
    if kind == RANDOM:
        text = combined(dice, random_text)
        return Program(seed, kind, text.encode(errors="replace"), options)
    text = drawn(dice)
    if kind == MUTATED or dice.chance(0.4):
        text = mutated(dice, text)
    if kind == MUTATED:
        return Program(seed, kind, text.encode(errors="replace"), options)
    return Program(seed, kind, encoded(dice, rewritten(dice, text)), options)


def generated_all(seeds: Sequence[int], kinds: Sequence[str]) -> Iterator[Program]:
    """The programs of all seeds and kinds."""
    texts = random_texts(seeds[0], len(seeds)) if RANDOM in kinds and seeds else []
    for number, seed in enumerate(seeds):
        for kind in kinds:
            yield generated(seed, kind, texts[number % len(texts)] if texts else "")
