"""When two ways of asking are one: what is left of them without particles, endings, spaces and signs.

No dictionary and no analyser: suffixes are cut from Korean words letter by letter, small words and endings from English
ones. In doubt two are taken for one.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

_SUFFIXES: Final = """
    은 는 이 가 을 를 와 과 도 만 의 에 로 랑 나 서 요 께 들 한테 에게 에서 께서 으로 이랑 이나 하고 까지 부터 처럼
    보다 마다 조차 마저 라도 이라도 란 이란 라고 이라고 인데 인가 인지 야 이야 예 에 입니다 입니까 이냐 냐 니 지 죠
    이죠 다 까 네 데 고 면 니까 는데 은데 는지 은지 을지 ㄹ지 는가 은가 던데 더라 거든 려면 려고 으려면
    으려고 면서 습니다 습니까 ㅂ니다 ㅂ니까 는다 을까 ㄹ까 을게 ㄹ게 을래 ㄹ래 세 으세 셔 시 으시
    아서 어서 아 어 여 였 았 었 겠
"""
_LOOSE: Final = str.maketrans("ㄹㅂ", "\u11af\u11b8")
"""Endings that begin as the last consonant of a syllable: 나옵니까."""

_ENDS: Final = frozenset(unicodedata.normalize("NFD", one.translate(_LOOSE)) for one in _SUFFIXES.split())
_LONGEST: Final = max(map(len, _ENDS))
_LEAST: Final = 2  # letters: one syllable stays
_PAST: Final = "\u11bb"  # ㅆ below: 나왔
_CONTRACTED: Final = {
    "\u116a": "\u1169",
    "\u116f": "\u116e",
    "\u1167": "\u1175",
    "\u1162": "\u1161",
}  # 와 오, 워 우, 여 이, 해 하

_WORD: Final = re.compile(r"[^\W_]+")
_HANGUL: Final = re.compile(r"[\u1100-\u11ff]")
_SMALL_WORDS: Final = """
    a an the is are am was were be been do does did can could will would shall should may might must i me my mine we us
    our you your he him his she her it its they them their this that these those of for in on at to from by with and or
    if so then there here have has had please just any some not
"""
_SMALL: Final = frozenset(_SMALL_WORDS.split())
_ENGLISH_END: Final = re.compile(r"(?<=\w\w\w)[iye]?(?:ing|ed|es|s)?$")


def forms(text: str) -> frozenset[str]:
    """What is left of a text, read word by word and read as one word; two texts are the same if they share a form."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = _WORD.findall(plain)
    kept = [word for word in words if word not in _SMALL] or words
    if not kept:
        return frozenset({"".join(plain.split())})
    return frozenset({"".join(map(_stem, kept)), _stem("".join(kept))})


def doubles(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The places of those that an earlier one says already, each with the place of that one."""
    seen: dict[str, int] = {}
    for place, text in enumerate(texts):
        found = forms(text)
        earlier = min((seen[form] for form in found if form in seen), default=None)
        if earlier is not None:
            yield place, earlier
        for form in found:
            seen.setdefault(form, place)


@lru_cache(2**14)
def _stem(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return _korean(letters) if _HANGUL.match(letters[-1]) else _ENGLISH_END.sub("", letters)


def _korean(letters: str) -> str:
    while True:
        room = min(_LONGEST, len(letters) - _LEAST)
        cut = next((size for size in range(room, 0, -1) if letters[-size:] in _ENDS), 0)
        if cut:
            letters = letters[:-cut]
        elif letters[-1] in _CONTRACTED:
            letters = letters[:-1] + _CONTRACTED[letters[-1]]
        elif letters[-1] == _PAST:
            letters = letters[:-1]
        else:
            return letters
