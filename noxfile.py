"""The tests that execute rewritten programs, on JAX releases from the oldest supported one to the newest.

`nox` runs all, `nox -t 0.6.2` one. Each needs the Python that stands beside it, which nox downloads if it is missing.
"""

import nox

nox.needs_version = ">=2024.10.9"

#: Releases of JAX: a Python that runs them, and what is installed; `pip` finds the rest.
RELEASES = {
    # Later releases of flax say that they run on 0.4.38, and do not.
    "0.4.38": ("3.10", ["jax==0.4.38", "jaxlib==0.4.38", "flax==0.10.2"]),
    "0.6.2": ("3.10", ["jax==0.6.2", "jaxlib==0.6.2"]),
    "0.8.3": ("3.11", ["jax==0.8.3", "jaxlib==0.8.3"]),
    "0.10.2": ("3.11", ["jax==0.10.2", "jaxlib==0.10.2"]),
    "newest": ("3.13", ["jax"]),
}
#: Whatever executes what a rewrite writes.
TESTS = [
    "tests/test_fixtures.py",
    "tests/test_masks.py",
    "tests/test_rewrite_traps.py",
    "tests/test_templates.py",
]


@nox.session
@nox.parametrize(
    ("python", "pins"),
    [nox.param(python, pins, id=jax, tags=[jax]) for jax, (python, pins) in RELEASES.items()],
)
def rewrites(session: nox.Session, pins: list[str]) -> None:
    """Execute rewritten programs on a release of JAX."""
    session.install("--editable", ".[test]", *pins)
    session.run("python", "-m", "pip", "freeze", "--exclude-editable")
    session.run("pytest", "-n", "auto", *TESTS, *session.posargs)
