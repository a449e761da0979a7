"""Code that takes JAX's error for a traced bound is no finding; code that takes another error is one."""

import pytest
from flow_programs import check, jitted

HOLDERS = """
import pytest, unittest
from contextlib import suppress

ERRORS = (ValueError, IndexError)
OTHERS = (ValueError, KeyError)
LOOKUP = LookupError

class Missing(IndexError):
    pass
"""
TAKEN = ("IndexError", "LOOKUP", "ERRORS", "(KeyError, (TypeError, ValueError))", "Exception")
NOT_TAKEN = (
    "KeyError",
    "ValueError",
    "OTHERS",
    "(KeyError, OSError)",
    "Missing",
    "np.linalg.LinAlgError",
)
MANAGERS = ("contextlib.suppress", "suppress", "pytest.raises", "self.assertRaises")


@pytest.mark.parametrize("errors", TAKEN)
@pytest.mark.parametrize("manager", MANAGERS)
def test_a_context_that_takes_the_error(manager: str, errors: str) -> None:
    program = f"with {manager}({errors}):\n    return x[i:i + 2]\nreturn x[i:i + 3]  # traced"
    check(jitted(program, before=HOLDERS))


@pytest.mark.parametrize("errors", NOT_TAKEN)
@pytest.mark.parametrize("manager", MANAGERS)
def test_a_context_that_takes_another_error(manager: str, errors: str) -> None:
    program = (
        f"with {manager}({errors}):\n    return x[i:i + 2]  # traced\nreturn x[i:i + 3]  # traced"
    )
    check(jitted(program, before=HOLDERS))


@pytest.mark.parametrize("errors", TAKEN)
def test_a_handler_that_takes_the_error(errors: str) -> None:
    check(jitted(f"try:\n    y = x[i:i + 2]\nexcept {errors}:\n    y = x", before=HOLDERS))


@pytest.mark.parametrize("errors", NOT_TAKEN)
def test_a_handler_that_takes_another_error(errors: str) -> None:
    program = f"try:\n    y = x[i:i + 2]  # traced\nexcept {errors}:\n    y = x"
    check(jitted(program, before=HOLDERS))


@pytest.mark.parametrize(
    "arguments",
    [
        "*ERRORS",
        "KeyError, IndexError",
        "*everything()",
        "*[*OTHERS, LOOKUP]",
        "unknown.Errors.all()",
    ],
)
def test_suppress_takes_all_that_it_is_given(arguments: str) -> None:
    check(jitted(f"with suppress({arguments}):\n    return x[i:i + 2]\nreturn x", before=HOLDERS))


@pytest.mark.parametrize("arguments", ["", "*OTHERS", "KeyError, ValueError"])
def test_suppress_takes_no_more_than_it_is_given(arguments: str) -> None:
    program = f"with suppress({arguments}):\n    return x[i:i + 2]  # traced\nreturn x"
    check(jitted(program, before=HOLDERS))


def test_only_the_first_argument_of_a_test_says_what_is_expected() -> None:
    check(
        jitted(
            """
            with pytest.raises(ValueError, match="IndexError"):
                y = x[i:i + 2]  # traced
            with pytest.raises(expected_exception=IndexError):
                y = x[i:i + 3]
            with pytest.raises(match="static"):
                y = x[i:i + 4]
            with self.assertRaisesRegex(ValueError, "static"):
                y = x[i:i + 5]  # traced
            with pytest.raises(ValueError), pytest.raises(IndexError):
                y = x[i:i + 6]
            """,
            before=HOLDERS,
        )
    )


def test_what_follows_finds_what_was_before_the_error_or_after_it() -> None:
    check(
        jitted(
            """
            start, other = k, i
            with suppress(KeyError):
                start = i
                other = TABLE["key"]
                other = k
            x[start:start + 2]
            x[other:other + 2]
            with suppress(KeyError):
                start = other = i
            y = x[i:i + 3]  # traced
            """,
            before=HOLDERS,
        )
    )


def test_errors_of_which_nothing_is_known_may_be_the_one() -> None:
    check(
        jitted(
            """
            try:
                y = x[i:i + 2]
            except kinds(x):
                y = x
            with suppress(x.kind):
                y = x[i:i + 3]
            """,
            before=HOLDERS + "from .errors import kinds\n",
        )
    )


def test_an_error_is_handled_around_another_handler() -> None:
    check(
        jitted("""
try:
    try:
        y = x[i:]  # silent
    except KeyError:
        y = x
except IndexError:
    y = x
return y
""")
    )


def test_a_handler_that_raises_again_handles_nothing() -> None:
    check(
        jitted("""
try:
    y = x[i:]  # traced
except IndexError:
    print("no")
    raise
return y
""")
    )


@pytest.mark.parametrize("end", ["raise", "sys.exit(1)", "os._exit(2)", "exit()", "leave()"])
def test_a_handler_that_ends_the_program_does_not_go_on_without_the_slice(end: str) -> None:
    check(f"""
    import os, sys
    from sys import exit as leave

    @jax.jit
    def newest(x, i):
        return x[i:i + 2]  # traced

    def main(argv):
        try:
            newest(jnp.arange(8.0), len(argv))
        except Exception as problem:
            print("fatal:", problem, file=sys.stderr)
            {end}
    """)


@pytest.mark.parametrize("go_on", ["pass", "self.exit(1)", "x = x[:2]", "sys.exit", "return x"])
def test_a_handler_that_does_anything_else_goes_on(go_on: str) -> None:
    check(f"""
    import sys

    class Shell:
        def exit(self, status):
            return status

        @jax.jit
        def newest(self, x, i):
            try:
                x = x[i:i + 2]
            except Exception:
                {go_on}
            return x
    """)


def test_what_stands_behind_the_end_of_the_program_is_not_reached() -> None:
    check("""
    import sys

    @jax.jit
    def window(x, i):
        sys.exit(2)
        return x[i:i + 2]
    """)


REPORTS = {
    "log": "except Exception:\n        logging.exception('failed')\n        return None",
    "record": "except Exception as error:\n        results['error'] = str(error)",
    "count": "except Exception as error:\n        print(error)\n        failed = failed + 1",
    "answer": "except BaseException as error:\n        queue.put({'status': 400, 'why': error})",
    "trace": "except:\n        why = traceback.format_exc()\n        results['why'] = why",
    "warn": "except Exception:\n        log.warning('failed', exc_info=True)\n        value = float('nan')",
}
GOES_ON = {
    "fallback": "except Exception as error:\n        print(error)\n        return reference(x, i)",
    "jax": "except Exception as error:\n        print(error)\n        out = lax.dynamic_slice(x, (i,), (2,))",
    "again": "except Exception as error:\n        print(error)\n        reference(x, i)",
    "silent": "except Exception:\n        results['error'] = True",
    "expected": "except IndexError as error:\n        print(error)",
}


def _handled(handler: str, mark: str) -> str:
    return f"""
import logging, traceback
from server import log, queue

def reference(x, i):
    return x

def main(x, i, results, failed):
    def newest(x, i):
        return x[i:i + 2]{mark}

    try:
        results["newest"] = jax.jit(newest)(x, i)
    {handler}
    return results
"""


@pytest.mark.parametrize("handler", REPORTS.values(), ids=list(REPORTS))
def test_a_handler_that_only_reports_the_error_does_not_do_without_the_slice(handler: str) -> None:
    check(_handled(handler, "  # traced"))


@pytest.mark.parametrize("handler", GOES_ON.values(), ids=list(GOES_ON))
def test_a_handler_that_does_the_work_in_another_way_does_without_the_slice(handler: str) -> None:
    check(_handled(handler, ""))
