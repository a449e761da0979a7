"""`python -m jaxslice_lint`. Nothing of the working folder is imported: a file to lint there may be a `click.py`."""

import os
import sys

if __name__ == "__main__":
    # Python put that folder first, unless it was told not to, and an empty entry of PYTHONPATH stands for it as well.
    # This package keeps its modules even if it lies there.
    is_safe = sys.flags.isolated or getattr(sys.flags, "safe_path", False)
    try:
        here = os.getcwd()  # noqa: PTH109 (pathlib is not imported yet)
    except OSError:  # it was deleted
        here = ""
    sys.path[:] = [path for path in sys.path if is_safe or path not in ("", here)]

    from jaxslice_lint.cli import run

    run()
