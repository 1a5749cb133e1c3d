"""Whose figures are shown to whom, and how numbers are written there."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.figures import count
from bot.words import brief_day, write
from handlers.dialog import Saying, t
from programmes import benchmarks
from programmes.benchmarks import Benchmark
from programmes.model import City, Lang, Programme, Round
from programmes.reading import KST
from storage.figures import Figures


@dataclass(frozen=True, slots=True)
class View:
    """Whose figures are shown to whom: of these dongs (None: all), in this language."""

    figures: Figures
    city: City
    lang: Lang
    dongs: frozenset[str] | None = None

    def say(self, saying: Saying | str) -> str:
        """The words in the reader's language."""
        return write(saying, self.lang)

    def dong(self, code: str | None) -> str:
        """The name of a dong; of what has none, that it has none."""
        known = self.city.places.dongs.get(code or "")
        return known.name[self.lang] if known else code or self.say(t("figure.no_dong"))

    @property
    def today(self) -> date:
        """The day of the figures, in Korea."""
        return self.figures.at.astimezone(KST).date()

    @property
    def round(self) -> tuple[Programme, Round]:
        """The newest round that has opened and of which a payment file tells, else the newest."""
        told = {row.round for row in self.figures.claims}
        every = [(programme, one) for programme in self.city.programmes.values() for one in programme.rounds]
        opened = [pair for pair in every if pair[1].code in told and pair[1].opens <= self.figures.at]
        first = next(iter(self.city.programmes.values()))
        return max(opened, key=lambda pair: pair[1].opens, default=(first, first.round_at(self.figures.at)))

    def measured(self, kind: str, means: str = "") -> Benchmark | None:
        """The whole city's figure to compare with."""
        programme, one = self.round
        return benchmarks.in_force(self.city.benchmarks, kind, programme.id, one.code, self.today, means)

    def compared(self, city: Benchmark) -> str:
        """The whole city's figure as it is written beside ours."""
        percents = f"{city.percent:.2f}".rstrip("0").rstrip(".")
        day = brief_day(city.day, self.lang)
        return self.say(t("figure.city", of=city.of, percent=f"{percents}%", day=day))

    def hours(self, worked: timedelta) -> str:
        """Working time in hours, those of a day to a tenth."""
        hours = worked / timedelta(hours=1)
        return self.say(t("figure.hours", hours=f"{hours:.1f}" if hours < 10 else f"{hours:,.0f}"))

    @property
    def target(self) -> str:
        """The working time promised."""
        return self.hours(timedelta(hours=self.round[0].target_hours))


def percent(thousandths: float) -> str:
    """883 as 88.3%."""
    return f"{thousandths * 100 / count.WHOLE:.1f}%"
