"""Questions that nobody could answer are put together with those that say the same, for an officer to look at."""

from typing import Final

from programmes.likeness import nearest, threes
from storage import bundles
from storage.engine import Drawer

AT_ONCE: Final = 5  # each is held against some hundred others: this leaves the writer to the residents


async def gather(store: Drawer) -> bool:
    """Put the next loose questions into bundles of their language; true while there may be more."""
    loose = await bundles.loose(store, AT_ONCE)
    heads = list(await bundles.heads(store)) if loose else []
    for one in loose:
        there = [head for head in heads if head.language == one.language]
        place = nearest(threes(one.words), [threes(head.words) for head in there])
        if place is None:
            await bundles.begin(store, one)
            heads.append(one)
        else:
            await bundles.join(store, one, there[place].id)
    return len(loose) == AT_ONCE
