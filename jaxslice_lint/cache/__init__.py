"""What was found before, kept in `.jaxslice_cache`: an answer holds as long as all that it depended on is unchanged.

It does not know how an answer is found, nor what is done with it. Nothing that is read here is ever run or written to a
source file.
"""

from jaxslice_lint.cache.cache import Cache
from jaxslice_lint.cache.folder import CACHE_NAME, CacheError, Folder
from jaxslice_lint.cache.memory import Memory

__all__ = ["CACHE_NAME", "Cache", "CacheError", "Folder", "Memory"]
