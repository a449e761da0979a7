"""Exceptions in words. What failed may be too deep, too large or too broken to be told: telling of it must not fail."""

#: What an exception says of itself may hold all of a file.
_LONGEST = 300


def in_words(error: BaseException) -> str:
    """One line about any exception: its kind, and the first line of what it says if it can say it."""
    kind = type(error).__name__
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        return kind
    return f"{kind}: {lines[0][:_LONGEST]}" if lines else kind


def with_traceback(error: BaseException) -> str:
    """The traceback of an exception, one line about it at the end."""
    import traceback  # takes time, and is needed rarely

    try:
        frames = "".join(traceback.format_tb(error.__traceback__))
    except Exception:
        frames = ""
    return f"{frames}{in_words(error)}"
