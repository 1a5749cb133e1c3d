"""Topics, claims and what belongs elsewhere are read from their files; phrasings only for whoever learns from them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from programmes import topics
from programmes.model import BadProgramme, Params, Programme, Source, Topic, Won, Wording, load, load_all
from tests.programmes.answers import CARD, CLAIMS, ENGLISH, KINDS, WORDS, spoil
from tests.programmes.city import CITY, at, programme


def test_a_topic_is_its_file(small: Programme) -> None:
    assert small.answers["card"] == Topic(
        id="card",
        title=Wording("카드", "The card"),
        answer=Wording(
            "{opens_2025}부터 카드를 드립니다.\n잃어버리면 {fee} 금액을 내셔야 합니다.",
            "Cards are given from {opens_2025}.\nA lost one costs {fee}.",
        ),
        owner="dong",
        source=small.sources["pattern"],
        related=("hours",),
        action="appeal:school",
        staff=Wording("신분증을 보아 주십시오.", "Please look at the identity card."),
        values=Params({"fee": Won(2000)}),
    )


def test_a_source_may_be_the_topics_own(small: Programme) -> None:
    assert small.answers["hours"].source == Source("Notice on the door", date(2025, 3, 2))
    assert not small.answers["hours"].sure


def test_a_claim_names_the_topic_that_has_the_truth(small: Programme) -> None:
    claim = small.claims["sold-out"]
    assert claim.topic == "card"
    assert claim.phrasings["ko"][0] == f"{WORDS[0]} 다 팔렸다던데"


def test_a_city_knows_what_belongs_elsewhere(folder: Path) -> None:
    found = load_all(folder.parent).elsewhere
    assert list(found) == ["weather"]
    assert found["weather"].phrasings["en"][0] == "apple will it rain"


def test_a_city_may_do_without(folder: Path) -> None:
    (folder.parent / "city" / "elsewhere.toml").unlink()
    assert load_all(folder.parent).elsewhere == {}


def test_a_programme_may_have_no_answers() -> None:
    card = programme("education-card")
    assert (card.answers, card.claims) == ({}, {})


def test_phrasings_are_read_apart(folder: Path) -> None:
    found = topics.phrasings(folder)
    assert not found.wrong
    assert found.all["card"].ko == tuple(f"{word} 카드로 사요" for word in WORDS)
    assert found.all["hours"]["en"] == tuple(f"{word} when is it open" for word in ENGLISH)


def test_a_start_does_not_read_phrasings(folder: Path, small: Programme) -> None:
    spoil(folder, CARD, "en = [\n", "en = [[[\n")
    assert load(folder) == small
    assert [error.where for error in topics.phrasings(folder).wrong] == ["file"]


def test_phrasings_stand_last(folder: Path) -> None:
    page = folder / "answers" / "hours.toml"
    page.write_text(page.read_text("utf-8") + "\n[values]\nfee = { won = 1 }\n", encoding="utf-8")
    assert [(error.where, error.why) for error in topics.phrasings(folder).wrong] == [
        ("phrasings", "should stand last")
    ]


def test_words_may_name_days_sums_limits_and_their_own_values() -> None:
    coupon = programme("livelihood-coupon-2025")
    known = topics.params(coupon)
    assert known["opens_1"] == at("2025-07-21 09:00")
    assert known["appeal_closes_2"] == at("2025-10-31 18:00")
    assert known["use_by_2"] == date(2025, 11, 30)
    assert known["sum_1_general"] == Won(150_000)
    assert known["premium_limit_2_workplace_4"] == Won(510_000)
    assert {*coupon.params} < {*known}


def test_what_is_ones_own_may_be_named_too(small: Programme) -> None:
    assert topics.params(small, small.answers["card"])["fee"] == Won(2000)
    assert "fee" not in topics.params(small, small.answers["hours"])


def test_a_round_without_a_last_day_of_use_has_none(small: Programme) -> None:
    assert "use_by_2025" in topics.params(small)
    lasting = replace(small, rounds=(replace(small.rounds[0], use_by=None),))
    assert "use_by_2025" not in topics.params(lasting)


def test_a_value_may_be_a_sum_of_sums(folder: Path) -> None:
    names = [name for name, value in topics.params(load(folder)).items() if isinstance(value, Won)][:2]
    spoil(folder, CARD, "{ won = 2000 }", f'{{ sum = ["{names[0]}", "{names[1]}"] }}')
    made = load(folder)
    known = topics.params(made, made.answers["card"])
    assert known["fee"] == Won(sum(value for name, value in known.items() if name in names and isinstance(value, Won)))


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "why"),
    [
        (CARD, "owner", "ouner", "ouner", "is not a known key"),
        (CARD, '"pattern"', '"x"', "source", "x is no known source"),
        (CARD, "answer.en =", "answer.eng =", "answer.eng", "is not a known key"),
        (CARD, "{opens_2025}.", "{closes_2025}.", "answer", "different placeholders"),
        (CARD, "won = 2000", 'sum = ["x"]', "values.fee", "should be a date or"),
        (CARD, 'related = ["hours"]', "related = [", "file", "is not TOML"),
        (CLAIMS, "code", "kind", "claims[0].kind", "is not a known key"),
        (CLAIMS, "[[claims]]", "[claims", "file", "is not TOML"),
        (CLAIMS, "[[claims]]", "[[claim]]", "file", "should hold rows of [[claims]]"),
        (KINDS, "says", "said", "kinds[0].said", "is not a known key"),
    ],
)
def test_what_cannot_be_read_is_refused(folder: Path, name: str, old: str, new: str, where: str, why: str) -> None:
    spoil(folder, name, old, new)
    with pytest.raises(BadProgramme) as caught:
        load_all(folder.parent)
    assert (caught.value.file, caught.value.where) == (name, where)
    assert why in caught.value.why


def test_a_code_stands_once(folder: Path) -> None:
    page = folder / "claims.toml"
    page.write_text(page.read_text("utf-8") * 2, encoding="utf-8")
    with pytest.raises(BadProgramme, match=r"claims\[1\].code: sold-out stands twice"):
        load(folder)


@pytest.mark.parametrize("text", ["", "kinds = 3", "kinds = [3]", "[[kinds]]\n[more]"])
def test_a_file_of_rows_holds_nothing_else(folder: Path, text: str) -> None:
    (folder.parent / "city" / "elsewhere.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadProgramme, match=r"should hold rows of \[\[kinds\]\]"):
        load_all(folder.parent)


def test_the_line_is_named(folder: Path) -> None:
    spoil(folder, CARD, 'owner = "dong"', 'owner = "x"')
    with pytest.raises(BadProgramme, match=r"card.toml, line 10, owner: x is no known office"):
        load(folder)


def test_every_topic_of_the_city_is_asked_for() -> None:
    for one in CITY.programmes.values():
        found = topics.phrasings(topics_folder(one))
        assert (found.all.keys(), found.wrong) == (one.answers.keys(), [])


def topics_folder(one: Programme) -> Path:
    return Path(topics.__file__).parent / one.id
