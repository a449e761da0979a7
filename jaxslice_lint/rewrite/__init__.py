"""Rewrites: a site becomes a fix, and fixes become text. What JAX traces is decided before; nothing
here knows why.

Only `apply_fixes` and the data are imported here: LibCST takes long to import, and most files need
no rewrite.
"""

from jaxslice_lint.rewrite.text.apply import Applied, apply_fixes
from jaxslice_lint.rewrite.text.edit import Edit, Fix, NoRewriteError

__all__ = ["Applied", "Edit", "Fix", "NoRewriteError", "apply_fixes"]
