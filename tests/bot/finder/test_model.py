"""What few lessons teach: topics, claims, kinds of things elsewhere, in each language by its letters."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.finder import model
from bot.finder.features import alike, pieces, plain
from bot.finder.finder import Finder, tongue
from bot.finder.kept import SHELF, at_hand, finder
from bot.finder.lessons import Lesson, digest

LOST = ("카드를 잃어버렸어요", "지갑을 통째로 잃어버렸는데 카드는 어떡하죠", "카드 분실 신고하려고요")
TAXI = ("택시 탈 때 써도 되나요", "택시비로 낼 수 있어요?", "개인택시도 되는지 궁금합니다")
RUMOUR = ("카드 재발급이 십만 원이라던데요", "카드 다시 받으려면 십만원 내야 된대")
CHAT = ("오늘 날씨 어때", "점심 뭐 먹지", "너는 누구니")
LESSONS = (
    *(Lesson(text, "ko", "lost_card") for text in LOST),
    *(Lesson(text, "ko", "taxi") for text in TAXI),
    *(Lesson(text, "ko", "lost_card", "fee") for text in RUMOUR),
    *(Lesson(text, "ko", kind="small-talk") for text in CHAT),
    Lesson("i lost my card", "en", "lost_card"),
    Lesson("can i take a taxi with it", "en", "taxi"),
    Lesson("what is the weather like", "en", kind="small-talk"),
)


@pytest.fixture(scope="module")
def known() -> Finder:
    return Finder(model.learn(LESSONS, deep=False))


@pytest.mark.parametrize(
    ("question", "topic"),
    [("카드 잃어버렸는데요", "lost_card"), ("카드를잃어버렸어요", "lost_card"), ("택시비 되나요", "taxi"),
     ("I LOST the card!!", "lost_card"), ("taxi", "taxi")],
)  # fmt: skip
def test_what_sounds_like_a_lesson_is_found(known: Finder, question: str, topic: str) -> None:
    found = known.find(question, "ko")
    assert found.verdict != "unknown"
    assert found.topics[0] == topic


def test_a_wrong_claim_is_heard_and_its_topic_has_the_truth(known: Finder) -> None:
    found = known.find("카드 재발급이 십만 원이라면서요", "ko")
    assert (found.topics[0], found.claim) == ("lost_card", "fee")
    assert known.find("카드를 잃어버렸어요", "ko").claim is None


def test_what_is_no_topic_is_unknown_with_its_kind_and_the_topics_all_the_same(known: Finder) -> None:
    found = known.find("오늘 날씨 어때요", "ko")
    assert (found.verdict, found.kind) == ("unknown", "small-talk")
    assert set(found.topics) == {"lost_card", "taxi"}


@given(st.text(max_size=2000))
def test_any_words_are_borne(known: Finder, words: str) -> None:
    assert known.find(words, "en").verdict in ("answer", "choose", "unknown")


def test_the_language_is_that_of_the_letters() -> None:
    assert tongue("카드 lost", "en") == "ko"
    assert tongue("lost card", "ko") == "en"
    assert tongue("???", "en") == "en"


def test_letters_are_told_apart_by_what_they_say_alone() -> None:
    assert plain("ＣＡＲＤ  ㅋㅋㅋㅋㅋ") == plain("card ㅋㅋ")
    assert pieces([""]).nnz == 0


def test_with_meanings_too_what_was_kept_says_the_same(tmp_path: Path) -> None:
    learned = model.learn(LESSONS)
    learned.save(tmp_path / "kept.npz")
    kept = model.load(tmp_path / "kept.npz")
    assert kept.labels == learned.labels
    for lang, question in (("ko", "신용카드를 도둑맞았어요"), ("en", "somebody stole my card")):
        scores = kept.scores(question, lang)  # type: ignore[arg-type]
        assert scores == pytest.approx(learned.scores(question, lang), abs=0.01)  # type: ignore[arg-type]
        assert kept.labels.topics[scores[:2].argmax()] == "lost_card"


def test_nothing_is_found_where_no_programme_has_answers() -> None:
    known = Finder(model.learn([one for one in LESSONS if one.topic is None], deep=False))
    found = known.find("카드를 잃어버렸어요", "ko")
    assert (found.verdict, found.topics) == ("unknown", ())


def test_the_only_topic_there_is_has_none_to_be_ahead_of() -> None:
    known = Finder(model.learn([one for one in LESSONS if one.topic != "taxi"], deep=False))
    assert known.find(LOST[0], "ko").verdict == "answer"


def test_other_lessons_are_learned_anew_and_the_same_are_not(tmp_path: Path) -> None:
    finder(LESSONS, False, tmp_path)
    (first,) = tmp_path.glob("*.npz")
    before = first.stat().st_mtime_ns
    finder(LESSONS, False, tmp_path)
    assert [*tmp_path.glob("*.npz")] == [first]
    finder((*LESSONS, Lesson("카드가 안 보여요", "ko", "lost_card")), False, tmp_path)
    assert len([*tmp_path.glob("*.npz")]) == 2
    assert first.stat().st_mtime_ns >= before


def test_what_is_at_hand_goes_by_letters_until_the_wanted_one_is_kept(tmp_path: Path) -> None:
    for deep, whole in ((True, False), (False, True)):
        quick, all_there = at_hand(LESSONS, deep, tmp_path)
        assert (quick.model.deep, all_there) == (False, whole)
        assert quick.find("카드 잃어버렸는데요", "ko").topics[0] == "lost_card"
    finder(LESSONS, True, tmp_path)
    assert at_hand(LESSONS, True, tmp_path)[0].model.deep


def test_many_lessons_have_in_common_what_each_two_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "OFTEN", 20)
    monkeypatch.setattr(model, "AT_ONCE", 5)
    lessons = [Lesson(f"{text} {n}", "ko", "lost_card") for n in range(3) for text in (*LOST, *TAXI)]
    texts = [one.text for one in lessons]
    counted = pieces(texts)
    table = model._weighed(counted, np.ones(counted.shape[1], dtype=np.float32))
    meant = np.eye(len(texts), dtype=np.float32)
    made = model._in_common(table, np.asarray(counted.getnnz(axis=0)), meant)
    wanted = (table @ table.T).toarray() + alike(meant, meant)
    assert np.tril(made) == pytest.approx(np.tril(wanted), abs=1e-5)


def test_a_spoilt_file_is_learned_anew_and_old_ones_go(tmp_path: Path) -> None:
    for more in range(SHELF + 2):
        finder((*LESSONS, Lesson(f"카드 {more}", "ko", "lost_card")), False, tmp_path)
    assert len([*tmp_path.glob("*.npz")]) == SHELF
    finder(LESSONS, False, tmp_path)
    path = tmp_path / f"{digest(LESSONS, '2 False')}.npz"
    for spoilt in (b"", b"PK not an archive", path.read_bytes()[:1000]):
        path.write_bytes(spoilt)
        assert finder(LESSONS, False, tmp_path).find(LOST[0], "ko").topics[0] == "lost_card"


def test_where_nothing_can_be_kept_it_is_learned_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file stands where the folder should be")
    assert finder(LESSONS, False, tmp_path / "taken").find(LOST[0], "ko").topics[0] == "lost_card"


def test_a_digest_names_every_part_of_a_lesson() -> None:
    one = Lesson("카드", "ko", "lost_card", "fee")
    others = (replace(one, text="카"), replace(one, topic="taxi"), replace(one, claim=None), replace(one, lang="en"))
    assert len({digest([each], "") for each in (one, *others)} | {digest([one], "1")}) == len(others) + 2
