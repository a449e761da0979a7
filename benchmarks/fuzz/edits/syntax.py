"""Programs of random syntax, which hypothesmith draws from Python's grammar, beside and inside those that slice."""

from fuzz.dice import Dice
from fuzz.edits.blocks import blocks, parsed, reindented
from fuzz.edits.corpus import drawn


def combined(dice: Dice, random_text: str) -> str:
    """A program with the random statements in it: above, below, or in one of its blocks."""
    text = drawn(dice)
    match dice.pick("alone", "above", "below", "inside", "inside"):
        case "alone":
            return random_text
        case "above":
            return f"{random_text}\n{text}"
        case "below":
            return f"{text}\n{random_text}"
    tree = parsed(text)
    found = blocks(text, tree) if tree else []
    if not found:
        return random_text
    one = dice.choice(dice.choice(found))
    lines = text.split("\n")
    new = reindented(random_text.split("\n"), "", one.indent)
    return "\n".join([*lines[: one.first], *new, *lines[one.first :]])


def random_texts(seed: int, count: int) -> list[str]:
    """Texts that Python parses; the same ones for the same seed."""
    import hypothesmith
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    found: list[str] = []

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(hypothesmith.from_grammar())
    def keep(text: str) -> None:
        found.append(text)

    keep()
    return found
