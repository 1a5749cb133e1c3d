"""The floors under what is found, on the questions that were kept apart."""

from collections.abc import Sequence

import pytest

from bot.finder.verdict import Found
from tests.answers.kept_apart import Question, questions, tally, taught

Asked = Sequence[tuple[Question, Found]]


@pytest.fixture(scope="module")
def asked() -> Asked:
    known = taught()
    return [(one, known.find(one.q, one.lang)) for one in questions()]


def test_at_least_three_hundred_questions_ask_for_every_topic() -> None:
    topics = taught().model.labels.topics
    known = [one.topic for one in questions() if one.topic is not None]
    assert len(known) >= 300
    assert set(known) == set(topics)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_topic_is_found_and_what_is_no_topic_is_refused(asked: Asked, lang: str) -> None:
    found = tally([one for one in asked if one[0].lang == lang])
    assert found.first >= 0.88
    assert found.in_three >= 0.95
    assert found.refused >= 0.9
    assert found.wrongly_refused <= 0.06


def test_no_way_of_speaking_is_left_behind(asked: Asked) -> None:
    for register in {one.register for one, _ in asked if one.topic is not None}:
        assert tally([one for one in asked if one[0].register == register]).first >= 0.8, register


def test_what_is_answered_at_once_is_hardly_ever_wrong(asked: Asked) -> None:
    sure = [(one, found) for one, found in asked if found.verdict == "answer"]
    assert len(sure) > len(asked) / 3
    assert sum(found.topics[0] != one.topic for one, found in sure) <= 0.03 * len(sure)


def test_five_topics_are_named_whatever_the_verdict(asked: Asked) -> None:
    assert all(len(set(found.topics)) == 5 for _, found in asked)


def test_what_is_plainly_asked_is_rarely_put_right(asked: Asked) -> None:
    assert sum(found.claim is not None for _, found in asked) < 0.05 * len(asked)


def test_no_question_kept_apart_is_a_lesson() -> None:
    from bot.finder.lessons import written
    from programmes.model import HERE, load_all

    asked = {one.q for one in questions() if one.topic is not None}
    assert asked.isdisjoint(one.text for one in written(load_all(), HERE))
