"""A plain reading of the time ledger, for comparison with the product's own."""

from collections.abc import Sequence
from itertools import pairwise

from cases.ledger import Stretch


def run_of(ledger: Sequence[Stretch]) -> list[str]:
    """What is wrong with a ledger: gaps, overlaps, an open stretch before the last; nothing when it is whole."""
    wrong = []
    for before, after in pairwise(ledger):
        if before.until is None:
            wrong.append(f"open before {after.since}")
        elif before.until != after.since:
            wrong.append(f"{before.until} is not {after.since}")
    wrong += [f"backwards {one.since}" for one in ledger if one.until is not None and one.until < one.since]
    return wrong
