"""House rule 2: python-telegram-bot is imported in `bot/channels/` only."""

from tests.house.tree import PRODUCT, ROOT, imports, nodes, place

CHANNELS = ROOT / "bot" / "channels"


def test_telegram_is_imported_in_the_channels_only() -> None:
    strays = [
        place(path, node)
        for path, node in nodes(*PRODUCT)
        if CHANNELS not in path.parents and any(name.partition(".")[0] == "telegram" for name in imports(node))
    ]
    assert not strays
