"""Whatever disagrees inside a programme is refused, and its line is named."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.model import HERE, BadProgramme, Params, load
from programmes.reading import Page, Spot
from tests.programmes.city import CITY

FOLDER = HERE / "livelihood-coupon-2025"
PAGES = {name: (FOLDER / name).read_text(encoding="utf-8") for name in ("programme.toml", "appeal.toml")}


def spoilt(folder: Path, page: str, old: str, new: str, number: int = 1) -> BadProgramme:
    """The refusal after the `number`-th `old` of a page was replaced."""
    home = folder / FOLDER.name
    home.mkdir(exist_ok=True)
    parts = PAGES[page].split(old)
    assert len(parts) > number, f"{old} is not in {page}"
    text = old.join(parts[:number]) + new + old.join(parts[number:])
    for name in PAGES:
        (home / name).write_text(text if name == page else PAGES[name], encoding="utf-8")
    with pytest.raises(BadProgramme) as caught:
        load(home, CITY.places.offices)
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "number", "where", "why"),
    [
        ('unknown = "unknown"', 'unknown = "x"', 1, "unknown", "x is no known reason"),
        ('at_visit = ["eeum"]', 'at_visit = ["eeum", "x"]', 1, "at_visit[1]", "x is no known means of payment"),
        ('office = "dong"', 'office = "x"', 1, "facts[0].office", "x is no known office"),
        ('kind = "date"', 'kind = "choice"', 1, "facts[0].choices", "belong to a fact of kind choice"),
        ('kind = "choice"', 'kind = "sum"', 1, "facts[1].choices", "belong to a fact of kind choice"),
        ('assumed = "capital"', 'assumed = "x"', 1, "facts[7].assumed", "x is no known choice"),
        ("{reference_date}에 한국에", "{closes}에 한국에", 1, "facts[4].ask", "different placeholders"),
        ('source = "births"', 'source = "x"', 1, "facts[0].source", "x is no known source"),
        ('appeal = "newborn"', 'appeal = "x"', 1, "reasons[6].appeal", "x is no known appeal reason"),
        ('"dong"\nsource = "births"\n\n[[r', '"x"\nsource = "births"\n\n[[r', 1, "reasons[5].office", "no known"),
        ('rounds = ["1"]', 'rounds = ["7"]', 1, "situations[4].rounds", "7 is no known round"),
        ("{adults_born_to} 뒤에 태어난 분의 몫은 주민", "{closes} {adults_born_to} 뒤에 태어난 분의 몫은 주민", 1,
         "situations[0].says", "different placeholders"),
        ('closed = "closed"', 'closed = "x"', 2, "rounds[1].closed", "x is no known reason"),
        ("\nopens = 2025-07-21", "\nopens = 2026-07-21", 1, "rounds[0].closes", "not after opens"),
        ("appeal_opens = 2025-07-21", "appeal_opens = 2026-07-21", 1, "rounds[0].appeal_closes", "not after"),
        ("\nopens = 2025-09-22", "\nopens = 2025-09-10", 1, "rounds[1].opens", "overlaps round 1"),
        ("appeal_opens = 2025-09-22", "appeal_opens = 2025-09-01", 1, "rounds[1].opens", "overlaps round 1"),
        ("use_by = 2025-11-30", "use_by = 2025-08-30", 1, "rounds[0].use_by", "before the round closes"),
        ("first = 2025-07-21", "first = 2025-07-20", 1, "rounds[0].scheme.first", "outside the round"),
        ("fri = [5, 0]", "sat = [5, 0]", 1, "rounds[0].scheme.digits", "mon, tue, wed, thu and fri"),
        ("fri = [5, 0]", "fri = [5, 1]", 2, "rounds[1].scheme.digits", "each digit one day"),
        ('weekend = "anyone"\nsource = "ministry"', 'weekend = "anyone"\nsource = "x"', 1, "rounds[0].scheme.source",
         "x is no known source"),
        ('closed = "closed"\nsource = "ministry"', 'closed = "closed"\nsource = "x"', 1, "rounds[0].source", "source"),
        ('no = "deceased"', 'no = "x"', 1, "rounds[0].rules[0].no", "x is no known reason"),
        ('no = "deceased"', 'no = "deceased"\nyes = "due"', 2, "rounds[1].rules[0]", "either yes or no"),
        ('no = "deceased"', 'no = "over-premium"', 1, "rounds[0].rules[0].no", "premium_limit is no known placeholder"),
        ('yes = "due"', 'when = { is_head = "no" }\nyes = "due"', 1, "rounds[0].rules", "holds for everybody"),
        ('{ deceased = "yes" }', '{ gone = "yes" }', 1, "rounds[0].rules[0].when.gone", "gone is no known fact"),
        ('{ deceased = "yes" }', '{ deceased = "perhaps" }', 1, "rounds[0].rules[0].when.deceased", "no choice of it"),
        ('{ deceased = "yes" }', "{ deceased = 1 }", 1, "rounds[0].rules[0].when.deceased", "is no choice"),
        ('{ deceased = "yes" }', '{ deceased = { from = "yes" } }', 1, "rounds[0].rules[0].when.deceased", "not more"),
        ('{ deceased = "yes" }', "{ deceased = [] }", 1, "rounds[0].rules[0].when.deceased", "is no choice"),
        ("{ after = 2025-09-12 }", "{ after = 12 }", 1, "rounds[0].rules[1].when.birth_date", "is no date"),
        ("{ after = 2025-09-12 }", '{ over_limit = "x" }', 1, "rounds[0].rules[1].when.birth_date", "no limit"),
        ('{ over_limit = "premium_limit" }', '{ over_limit = "x" }', 1, "rounds[1].rules[6].when.premium", "no limit"),
        ('"premium_limit" }', '"premium_limit", near = 3 }', 1, "rounds[1].rules[6].when.premium", "no way to compare"),
        ('{ category = "basic" }', '{ kind = "basic" }', 1, "rounds[0].sums[2].when.kind", "kind is no known fact"),
        ("amount = 150000", "amount = 0", 1, "rounds[0].sums[0].amount", "more than nothing"),
        ('office = "nhis"\nunknown', 'office = "x"\nunknown', 1, "rounds[1].limits[0].office", "x is no known office"),
        ('row = "insurance"', 'row = "x"', 1, "rounds[1].limits[0].row", "x is no known fact"),
        ('column = "household_size"', 'column = "x"', 1, "rounds[1].limits[0].column", "x is no known fact"),
        ("mixed = { 2", "both = { 2", 1, "rounds[1].limits[0].cells.both", "both is no known choice"),
        ("{ earners = { from", "{ hands = { from", 1, "rounds[1].limits[0].one_up.hands", "hands is no known fact"),
        ('unknown = "limit-unknown"', 'unknown = "x"', 1, "rounds[1].limits[0].unknown", "x is no known reason"),
        ("property_tax_base = { won = 1200000000 }", "property_tax_base = 12.5", 1, "values.property_tax_base", "won"),
        ("financial_income = {", "financial = {", 1, "facts[9].ask", "financial_income is no known placeholder"),
        ("shop_sales_limit = {", "shop_sales = {", 1, "rounds[0].place", "shop_sales_limit is no known placeholder"),
    ],
)  # fmt: skip
def test_what_disagrees_is_refused(tmp_path: Path, old: str, new: str, number: int, where: str, why: str) -> None:
    error = spoilt(tmp_path, "programme.toml", old, new, number)
    assert error.file == "livelihood-coupon-2025/programme.toml"
    assert why in error.why
    assert error.where == where


@pytest.mark.parametrize(
    ("old", "new", "number", "where", "why"),
    [
        ('rounds = ["1", "2"]', 'rounds = ["1", "7"]', 1, "reasons[0].rounds", "7 is no known round"),
        ('"entry-record"]', '"x"]', 1, "reasons[0].documents", "x is no known paper"),
        ('subjects = ["self"', 'subjects = ["cat"', 1, "reasons[0].subjects[0]", "should be one of self"),
        ("출입국 기록은", "{x} 출입국 기록은", 1, "reasons[0].note", "different placeholders"),
        ('source = "births"', 'source = "x"', 1, "reasons[1].source", "x is no known source"),
        ('code = "family-relations"', 'code = "entry-record"', 1, "papers[1].code", "stands twice"),
        ('reasons = ["returned"]', 'reasons = ["x"]', 1, "requests[0].reasons", "x is no known appeal reason"),
        ('reasons = ["returned"]', 'reasons = ["x"]', 2, "findings[1].reasons", "x is no known appeal reason"),
        ("{reference_date} 주소지", "{x} 주소지", 1, "findings[17].says", "different placeholders"),
        ('outcome = "accepted"', 'outcome = "granted"', 1, "findings[0].outcome", "should be one of accepted"),
        ('outcome = "accepted"', 'outcome = "rejected"', 1, "reasons[2]", "has no finding for accepted"),
        ('office = "district-office"', 'office = "x"', 2, "remedies[1].office", "x is no known office"),
        ('source = "procedure"', 'source = "x"', 1, "requests[12].source", "x is no known source"),
        ('code = "returned"\nsays', 'code = "reopened"\nsays', 1, "remedies[2].code", "should be one of"),
    ],
)
def test_what_disagrees_in_appeals_is_refused(
    tmp_path: Path, old: str, new: str, number: int, where: str, why: str
) -> None:
    error = spoilt(tmp_path, "appeal.toml", old, new, number)
    assert (error.file, error.where) == ("livelihood-coupon-2025/appeal.toml", where)
    assert why in error.why


@pytest.mark.parametrize("outcome", ["accepted", "rejected", "returned"])
def test_every_outcome_needs_a_remedy_that_says_until_when(tmp_path: Path, outcome: str) -> None:
    home = tmp_path / FOLDER.name
    home.mkdir()
    (home / "programme.toml").write_text(PAGES["programme.toml"], encoding="utf-8")
    before, _, remedies = PAGES["appeal.toml"].partition("[[remedies]]")
    kept = [row for row in remedies.split("[[remedies]]") if f'code = "{outcome}"' not in row]
    (home / "appeal.toml").write_text(before + "".join(f"[[remedies]]{row}" for row in kept), encoding="utf-8")
    with pytest.raises(BadProgramme, match=f"{outcome} is no known remedy"):
        load(home, CITY.places.offices)
    timeless = remedies.replace("{until}", "{reference_date}")
    (home / "appeal.toml").write_text(f"{before}[[remedies]]{timeless}", encoding="utf-8")
    with pytest.raises(BadProgramme, match=r"remedies\[0\].says: should say"):
        load(home, CITY.places.offices)


def test_an_unknown_placeholder_is_refused_where_it_stands(tmp_path: Path) -> None:
    home = tmp_path / FOLDER.name
    home.mkdir()
    spoilt_page = PAGES["appeal.toml"].replace("출국과 입국 날짜", "{x} 출국과 입국 날짜")
    spoilt_page = spoilt_page.replace("One page with the dates", "{x} One page with the dates")
    (home / "programme.toml").write_text(PAGES["programme.toml"], encoding="utf-8")
    (home / "appeal.toml").write_text(spoilt_page, encoding="utf-8")
    with pytest.raises(BadProgramme, match=r"papers\[0\].looks: x is no known placeholder"):
        load(home, CITY.places.offices)


def test_a_programme_without_rounds_is_refused(tmp_path: Path) -> None:
    page = PAGES["programme.toml"]
    rounds = page[page.index("[[rounds]]") : page.index("[[reasons]]")]
    without = page.replace(rounds, "")
    home = tmp_path / FOLDER.name
    home.mkdir()
    (home / "programme.toml").write_text(f"rounds = []\n{without}", encoding="utf-8")
    (home / "appeal.toml").write_text(PAGES["appeal.toml"], encoding="utf-8")
    with pytest.raises(BadProgramme, match="line 1, rounds: is empty"):
        load(home, CITY.places.offices)


def test_values_are_a_table() -> None:
    spot = Spot(Page("a.toml", "", {})) / "values"
    with pytest.raises(BadProgramme, match="values: should be a table"):
        Params.read(3, spot)


def test_the_line_of_a_nested_row_is_named(tmp_path: Path) -> None:
    error = spoilt(tmp_path, "programme.toml", 'no = "over-premium"', 'no = "x"')
    lines = PAGES["programme.toml"].splitlines()
    assert lines[error.line - 1] == 'no = "over-premium"'


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_missing_language_is_named_with_its_line(tmp_path: Path, lang: str) -> None:
    row = 'label = { ko = "민생회복 소비쿠폰", en = "Livelihood Recovery Consumption Coupon" }'
    rest = {"ko": 'label = { en = "Coupon" }', "en": 'label = { ko = "소비쿠폰" }'}[lang]
    error = spoilt(tmp_path, "programme.toml", row, rest)
    assert (error.where, error.why) == (f"label.{lang}", "is missing")
    assert PAGES["programme.toml"].splitlines()[error.line - 1] == row


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_line_left_out_is_refused_or_harmless_never_a_fault(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    page = data.draw(st.sampled_from(sorted(PAGES)))
    lines = PAGES[page].splitlines()
    gone = data.draw(st.integers(0, len(lines) - 1))
    home = tmp_path_factory.mktemp("city") / FOLDER.name
    home.mkdir()
    for name, text in PAGES.items():
        kept = "\n".join(lines[:gone] + lines[gone + 1 :]) if name == page else text
        (home / name).write_text(kept, encoding="utf-8")
    with suppress(BadProgramme):
        load(home, CITY.places.offices)
