"""Answers requests, JSON in one line each, on standard input and output. It says first which JAX it has."""

import json
import os
import signal
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
    from jaxslice_lint.verify.child import sandbox
    from jaxslice_lint.verify.child.trial import answer

    del sys.path[0]
    # Each code is compiled for a few elements: most of the time would go into making it fast.
    jax.config.update("jax_disable_most_optimizations", True)  # type: ignore[no-untyped-call]
    # JAX loads and starts what it needs, before nothing can be started any more.
    jax.jit(jax.grad(lambda x: (x * x).sum()))(jax.numpy.ones(3)).block_until_ready()
    sandbox.enter()
    say({"jax": jax.__version__})
    for line in sys.stdin:
        request = json.loads(line)
        end_after(request["limit"])
        sandbox.limit_time(request["limit"])
        say(answer(request))
        sandbox.limit_time(0)
        end_after(0)


def end_after(seconds: float) -> None:
    """End this process then, also if nobody is there any more to end it, and whatever it computes."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds and seconds + 5)


if __name__ == "__main__":
    main()
