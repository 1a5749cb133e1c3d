"""A topic is written as the file it is read from: what was not changed stays as it was, letter by letter."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes import topics
from programmes.exporting import kinds_written, written
from programmes.model import HERE, Params, Phrasings, Programme, Source, Topic, Won, Wording, load
from tests.programmes.answers import CARD, FILES, HOURS, spoil
from tests.programmes.city import CITY, programme

PLAIN = programme("education-card")
ASKED = Phrasings(("언제 열려요",), ("when is it open",))


def asked(folder: Path, code: str) -> Phrasings:
    return topics.phrasings(folder).all[code]


def read(folder: Path, code: str, text: str) -> tuple[Topic, Phrasings]:
    """The topic as the file of that text says it."""
    (folder / "answers" / f"{code}.toml").write_text(text, encoding="utf-8")
    return topics.topics(folder, PLAIN).all[code], asked(folder, code)


@pytest.mark.parametrize("one", CITY.programmes.values(), ids=lambda one: one.id)
def test_every_topic_of_the_city_is_read_back(one: Programme) -> None:
    found, known = topics.phrasings(HERE / one.id).all, topics.Known.of(one)
    for page in topics.files(HERE / one.id):
        fresh = tomllib.loads(written(one.answers[page.stem], found[page.stem], one))
        assert known.plain(fresh) == known.plain(tomllib.loads(page.read_text("utf-8")))


@pytest.mark.parametrize("page", topics.files(HERE / "livelihood-coupon-2025")[::9], ids=lambda page: page.stem)
def test_a_file_of_the_city_comes_back_as_it_is(page: Path) -> None:
    one, text = programme("livelihood-coupon-2025"), page.read_text("utf-8")
    phrasings = Phrasings(**{lang: tuple(said) for lang, said in tomllib.loads(text)["phrasings"].items()})
    assert written(one.answers[page.stem], phrasings, one, text) == text


@pytest.mark.parametrize(("code", "text"), [("card", FILES[CARD]), ("hours", FILES[HOURS])])
def test_without_changes_nothing_changes(folder: Path, small: Programme, code: str, text: str) -> None:
    assert written(small.answers[code], asked(folder, code), small, text) == text


def test_a_new_phrasing_is_one_more_line(folder: Path, small: Programme) -> None:
    before = asked(folder, "card")
    more = replace(before, ko=(*before.ko, '"뻥튀기" 사요'))
    text = written(small.answers["card"], more, small, FILES[CARD])
    added = [line for line in text.splitlines() if line not in FILES[CARD].splitlines()]
    assert added == [r'  "\"뻥튀기\" 사요",']
    assert read(folder, "card", text) == (small.answers["card"], more)


def test_a_phrasing_taken_out_takes_its_line_along(folder: Path, small: Programme) -> None:
    before = asked(folder, "card")
    fewer = replace(before, en=before.en[1:])
    text = written(small.answers["card"], fewer, small, FILES[CARD])
    assert text == FILES[CARD].replace('  "apple by card",\n', "")
    assert read(folder, "card", text) == (small.answers["card"], fewer)


def test_another_answer_leaves_comments_and_sums_alone(folder: Path, small: Programme) -> None:
    spoil(folder, CARD, "{ won = 2000 }", '{ sum = ["sum_2025_middle"] }')
    before = (folder / "answers" / "card.toml").read_text("utf-8")
    topic = load(folder).answers["card"]
    new = replace(topic, title=Wording("새 카드", "A new card"), owner="call-centre", answer=Wording("{fee}", "{fee}"))
    text = written(new, asked(folder, "card"), small, before)
    assert "# on a button" in text
    assert '{ sum = ["sum_2025_middle"] }  # for the plastic' in text
    assert read(folder, "card", text)[0] == new


def test_another_value_and_another_source_are_written_out(folder: Path, small: Programme) -> None:
    source = Source("Notice on the window", date(2025, 4, 1))
    new = replace(small.answers["card"], source=source, values=Params({"fee": Won(3000)}), related=("hours", "card"))
    text = written(new, asked(folder, "card"), small, FILES[CARD])
    assert "fee = { won = 3000 }  # for the plastic" in text
    assert read(folder, "card", text)[0] == new


def test_where_keys_come_or_go_the_file_is_written_anew(folder: Path, small: Programme) -> None:
    sure = replace(
        small.answers["hours"], sure=True, staff=Wording("보십시오.", "Look."), values=Params({"d": date(2025, 1, 1)})
    )
    text = written(sure, asked(folder, "hours"), small, FILES[HOURS])
    assert "sure" not in text
    assert read(folder, "hours", text) == (sure, asked(folder, "hours"))


def test_a_known_source_is_named_by_its_key(folder: Path, small: Programme) -> None:
    assert written(small.answers["card"], asked(folder, "card"), small).count('source = "pattern"') == 1


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).map(str.strip).filter(bool)
SAID = TEXT.filter(lambda text: not set("{}.:@") & set(text) and text.isprintable())


@settings(max_examples=40)
@given(
    st.lists(TEXT, unique=True, max_size=6),
    st.lists(TEXT, unique=True, max_size=6),
    st.lists(SAID, min_size=1, max_size=4),
)
def test_whatever_is_said_is_read_back(ko: list[str], en: list[str], said: list[str]) -> None:
    topic = Topic(
        id="x", title=Wording("제목", "Title"), answer=Wording("\n".join(said), "\n".join(said)), owner="dong",
        source=PLAIN.sources["pattern"], related=("y",),
    )  # fmt: skip
    phrasings = Phrasings(tuple(ko), tuple(en))
    first = written(topic, ASKED, PLAIN)
    for text in (written(topic, phrasings, PLAIN), written(topic, phrasings, PLAIN, first)):
        data = tomllib.loads(text)
        assert [words.strip() for words in data["answer"].values()] == [topic.answer.ko] * 2
        assert data["phrasings"] == {"ko": ko, "en": en}


def test_more_that_belongs_elsewhere_is_one_more_line_each() -> None:
    before = (HERE / "city" / "elsewhere.toml").read_text("utf-8")
    (code, *_), more = CITY.elsewhere, Phrasings(("강아지 등록 되나요",), ("a tag for my dog",))
    after = kinds_written({code: more}, before)
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added == ['  "강아지 등록 되나요",', '  "a tag for my dog",']
    assert kinds_written({}, before) == before
