"""House rule 5: the bot's own words are whole: every key used is said in every language, and none is there for nothing.

A key that code puts together (`t(f"paper.unfit.{reason}")`) begins with a family, declared as one prefix a line in
`locales/families.txt`; `#` begins a comment there.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from tests.house.tree import ROOT, Found, dotted, nodes, place, python_files

LOCALES = ROOT / "locales"
LANGUAGES = ("ko", "en")
SPEAKERS = ("handlers", "bot")
SAY = ("t", "Text")
ADDRESS = re.compile(r"https?:|www\.|\bt\.me\b|\b[a-z0-9-]+\.(kr|com|net|org|io|me|gov|info)\b", re.IGNORECASE)

Catalog = dict[str, str]

started = pytest.mark.skipif(
    not python_files("handlers/resident"), reason="nobody speaks yet: no dialog in handlers/resident"
)


@cache
def catalog(language: str) -> Catalog:
    found: Catalog = {}
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            said = {
                str(one.id): str(one.string) for one in read_po(file, locale=language, abort_invalid=True) if one.id
            }
        assert not said.keys() & found.keys(), f"said twice: {said.keys() & found.keys()}"
        found |= said
    return found


@cache
def families() -> tuple[str, ...]:
    path = LOCALES / "families.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return tuple(name for line in lines if (name := line.partition("#")[0].strip()))


def sayings() -> Iterator[tuple[Path, ast.Call, ast.expr]]:
    """Every place where the bot says something by a key: file, call, expression of the key."""
    for path, node in nodes(*SPEAKERS):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[key, *_]) if name in SAY:
                yield path, node, key


def written(key: ast.expr) -> str | None:
    """The key as it stands in the code; None where it is put together or handed on."""
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def literals(found: Iterator[Found]) -> set[str]:
    """Every string that stands alone in the code, and so may be a key."""
    return {node.value for _, node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def placeholders(sentence: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@started
def test_every_language_has_the_same_keys_and_no_empty_sentence() -> None:
    assert catalog("ko"), "no sentence was found"
    assert catalog("ko").keys() == catalog("en").keys()
    assert not [key for language in LANGUAGES for key, text in catalog(language).items() if not text.strip()]


@started
def test_every_key_said_exists() -> None:
    said = [(place(path, call), text) for path, call, key in sayings() if (text := written(key)) is not None]
    assert said, "no key was found in the code"
    assert not [(where, key) for where, key in said if key not in catalog("ko")]


@started
def test_every_key_put_together_begins_with_a_declared_family() -> None:
    strays = []
    for path, call, key in sayings():
        if isinstance(key, ast.JoinedStr):
            first = key.values[0]
            prefix = str(first.value) if isinstance(first, ast.Constant) else ""
            strays += [] if prefix.startswith(families()) else [place(path, call)]
    assert not strays
    assert not [family for family in families() if not any(key.startswith(family) for key in catalog("ko"))]


@started
def test_no_sentence_is_unused() -> None:
    used = literals(nodes(*SPEAKERS))
    assert not [key for key in catalog("ko") if key not in used and not key.startswith(families() or "\0")]


@started
def test_languages_agree_on_placeholders() -> None:
    korean, english = (catalog(language) for language in LANGUAGES)
    assert not [key for key in korean if placeholders(korean[key]) != placeholders(english[key])]


@started
def test_every_placeholder_is_given_where_the_sentence_is_said() -> None:
    wanting = []
    for path, call, key in sayings():
        given = {word.arg for word in call.keywords}
        if dotted(call.func) == "t" and None not in given and (text := written(key)):
            missing = placeholders(catalog("ko").get(text, "")) - given
            wanting += [f"{place(path, call)} {text} {name}" for name in sorted(missing)]
    assert not wanting


@started
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_carries_an_address_or_leads_with_a_space(language: str) -> None:
    assert not [key for key, text in catalog(language).items() if ADDRESS.search(text) or text != text.strip()]


@started
def test_no_particle_follows_a_placeholder_in_korean() -> None:
    particle = re.compile(r"\}(은|는|이|가|을|를|과|와|으로|로|이나|나|이라|라)(?=[\s.,!?)]|$)")
    assert not [key for key, text in catalog("ko").items() if particle.search(text)]


@pytest.mark.parametrize("text", ["see incheon.go.kr", "HTTPS://x", "www.seo", "t.me/bot"])
def test_the_search_knows_an_address(text: str) -> None:
    assert ADDRESS.search(text)
