"""Answers requests, JSON in one line each, on standard input and output. It says first which JAX it has."""

import json
import os
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def main() -> None:
    """Answer until there are no more requests. What libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(message: "dict[str, str]") -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    # The folder of this file, whose modules nobody else shall find.
    sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != _HERE]
    try:
        import jax
        import jax.numpy
    except Exception as error:
        say({"problem": f"{type(error).__name__}: {error}"})
        return
    # Where this package stands may be another environment: nothing else is taken from there.
    sys.path.insert(0, str(_HERE.parents[2]))
    from jaxslice_lint.verify.child.trial import answer

    del sys.path[0]
    say({"jax": jax.__version__})
    for line in sys.stdin:
        say(answer(json.loads(line)))


if __name__ == "__main__":
    main()
