"""One rewrite: original and rewritten code run on the same values, until enough is compared."""

import contextlib
import time
import warnings
from dataclasses import dataclass, field
from typing import Any

import jax

from jaxslice_lint.verify.child.compare import Result, UncomparableError, shown, split, worded
from jaxslice_lint.verify.child.guard import Guard, RejectedError
from jaxslice_lint.verify.child.rewritten import (
    NeedsValueError,
    OtherSliceError,
    Rewritten,
    UnrunnableError,
    is_traceable,
)
from jaxslice_lint.verify.child.scope import Outcome, Values, load
from jaxslice_lint.verify.child.values import Generator, Unknown, is_negative

#: How many shapes a rewrite is compared on, and how many are tried until then, of a whole function.
FRAMES, TRIES, TRIES_OF_WHOLE = 4, 500, 150
#: How many starts are compared on the arrays of one frame.
MOST_COMPARED = 8
#: Seconds of work after which no more inputs are looked for, of a whole function.
PATIENCE, PATIENCE_OF_WHOLE = 20.0, 5.0


def answer(request: dict[str, Any]) -> dict[str, str]:
    """What comes out of one rewrite: `differs` or `failed` with the reason, or nothing if all is the same.

    `part`: all is the same, but the rewritten code could not be compiled, for that reason.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Trial(request).verdict()
    except (UnrunnableError, UncomparableError) as error:
        return {"failed": str(error)}
    except Exception as error:
        return {"failed": f"it could not be run: {worded(error)}"}


@dataclass
class Frame:
    """What was compared on the arrays of one frame. `full`: starts where a slice held an element."""

    values: Values
    rewritten: Rewritten
    seen: list[tuple[Values, Result]] = field(default_factory=list)
    full: list[Values] = field(default_factory=list)
    difference: str = ""


class Trial:
    """One rewrite, compared on frame after frame: arrays of some shapes, with many starts each."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.unknowns = [Unknown(**known) for known in request["unknowns"]]
        self.numbers: list[int] = request["numbers"]
        self.seen: list[dict[str, int]] = request["seen"]
        self.masked: bool = request["masked"]
        self.narrow: bool = request["narrow"]
        self.negative: bool = request["negative"]
        self.whole: bool = request["whole"]
        self.transformed: bool = request["transformed"]
        self.stepwise: bool = request["stepwise"]
        self.guard = Guard()
        refs = frozenset(one.name for one in self.unknowns if one.kind == "ref")
        self.before = load(request["before"], self.guard, refs, request["made"])
        self.after = load(request["after"], self.guard, refs, request["made"])
        self.frames: list[Frame] = []
        self.problem = "no values were tried"
        self.part = ""

    def verdict(self) -> dict[str, str]:
        """Compare until there is a difference, or enough without one."""
        tries, patience = TRIES, PATIENCE
        if self.whole:
            tries, patience = TRIES_OF_WHOLE, PATIENCE_OF_WHOLE
        deadline = time.process_time() + patience
        for seed in range(tries):
            frame = self._frame(
                Generator(seed, self.unknowns, self.numbers, self.seen, self.narrow)
            )
            if frame is not None and frame.difference:
                return {"differs": frame.difference}
            enough = len(self.frames) >= FRAMES and any(one.full for one in self.frames)
            if enough or time.process_time() > deadline:
                break
        if len(self.frames) < 2 or not any(one.full for one in self.frames):
            return {"failed": f"no inputs were found on which the original runs ({self.problem})"}
        if self.transformed and (difference := self._transformed()):
            return {"differs": difference}
        return {"part": self.part} if self.part else {}

    def _frame(self, generator: Generator) -> Frame | None:
        """Compare on the arrays of one frame."""
        try:
            values = generator.values()
        except RejectedError as error:
            self.problem = str(error)
            return None
        self.guard.sized = not generator.is_seen
        frame = Frame(values, self._rewritten(values))
        unfit = 0
        for starts in generator.starts():
            if not self.negative and any(map(is_negative, starts.values())):
                continue
            self.guard.seen = 0
            try:
                expected = split(self._original({**values, **starts}))
            except RejectedError as error:
                self.problem = str(error)
                continue
            except UncomparableError:
                raise
            except Exception as error:
                self.problem = worded(error)
                unfit += 1
                if unfit > 1 and not frame.seen:
                    break  # the shapes do not fit
                continue
            full = self.guard.seen > 0
            if difference := self._difference(frame, starts, expected):
                frame.difference = f"{shown(self.unknowns, {**values, **starts})}: {difference}"
                return frame
            frame.seen.append((starts, expected))
            frame.full += [starts] * full
            if len(frame.seen) >= MOST_COMPARED:
                break
        self.frames += [frame] if frame.seen else []
        return frame

    def _original(self, values: Values) -> Outcome:
        """What the original gives; `stepwise`, the bodies of loops of JAX run as Python runs them."""
        with jax.disable_jit() if self.stepwise else contextlib.nullcontext():
            return self.before(values)

    def _rewritten(self, values: Values) -> Rewritten:
        return Rewritten(self.after, values, masked=self.masked, compiled=not self.part)

    def _difference(self, frame: Frame, starts: Values, expected: Result) -> str:
        try:
            return frame.rewritten.difference(starts, expected)
        except NeedsValueError as error:
            # Either that is not known of an unknown which is static in the program, or the rewrite is wrong.
            if self.stepwise or not is_traceable(self.before, frame.values, starts):
                raise
            return f"the rewritten code raises {error.raised}"
        except OtherSliceError as error:
            if not self.whole:
                raise
            self.part = str(error)
            frame.rewritten = self._rewritten(frame.values)
            return frame.rewritten.difference(starts, expected)

    def _transformed(self) -> str:
        """How the rewritten code differs under `vmap` and `grad`."""
        frame = max(self.frames, key=lambda one: len(one.full))
        if difference := frame.rewritten.difference_of_many(frame.seen):
            return f"{shown(self.unknowns, {**frame.values, **frame.seen[0][0]})}: {difference}"
        starts = frame.full[0]
        if difference := frame.rewritten.difference_of_gradient(self._original, starts):
            return f"{shown(self.unknowns, {**frame.values, **starts})}: {difference}"
        return ""
