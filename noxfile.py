"""The tests that execute rewritten programs, on JAX releases from the oldest supported one to the newest.

`nox` runs all, `nox -t 0.6.2` one. Each needs the Python that stands beside it.
"""

import nox

nox.needs_version = ">=2024.10.9"

#: The release of JAX, or what `pip` holds for the newest; and the Python for it.
RELEASES = [
    ("0.4.38", "3.10"),
    ("0.6.2", "3.10"),
    ("0.8.3", "3.11"),
    ("0.10.2", "3.11"),
    ("newest", "3.13"),
]
#: Whatever executes what a rewrite writes. All else depends on the release only in the tables about JAX, which
#: describe the newest.
TESTS = [
    "tests/test_fixtures.py",
    "tests/test_masks.py",
    "tests/test_rewrite_traps.py",
    "tests/test_templates.py",
]


@nox.session
@nox.parametrize(
    ("python", "jax"),
    [nox.param(python, jax, id=jax, tags=[jax]) for jax, python in RELEASES],
)
def rewrites(session: nox.Session, jax: str) -> None:
    """Execute rewritten programs on a release of JAX."""
    pins = [] if jax == "newest" else [f"jax=={jax}", f"jaxlib=={jax}"]
    session.install("--editable", ".[test]", *pins)
    session.run("python", "-m", "pip", "freeze", "--exclude-editable")
    session.run("pytest", "-n", "auto", *TESTS, *session.posargs)
