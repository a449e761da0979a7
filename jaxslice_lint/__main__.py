"""`python -m jaxslice_lint`. Nothing of the working folder is imported: a file to lint there may be a `click.py`."""

import os
import sys

if __name__ == "__main__":
    # Python put that folder first, unless it was told not to. This package keeps its modules even if it lies there.
    is_safe = sys.flags.isolated or getattr(sys.flags, "safe_path", False)
    if not is_safe and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 (pathlib is not imported yet)
        del sys.path[0]

    from jaxslice_lint.cli import main

    main()
