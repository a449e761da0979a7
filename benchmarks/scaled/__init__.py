"""Strange programs of any size, as attackers and code generators write them; each ends with a slice to be found."""

from scaled import calls, growing, long, many, paths
from scaled.case import WITNESS, Case

__all__ = ["CASES", "WITNESS", "Case"]

CASES = (*growing.CASES, *many.CASES, *paths.CASES, *calls.CASES, *long.CASES)
