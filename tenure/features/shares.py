"""Shares and ratios: one total over another, on the same days."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tenure.errors import SpecError
from tenure.features.carried import Carried
from tenure.features.feature import Feature, Words, plain
from tenure.features.windows import Days, carried, ending, in_words, lineage, summed, whole_sum
from tenure.history.known import Known
from tenure.history.measures import Measure

if TYPE_CHECKING:
    import ibis


def share(
    measure: Measure,
    *,
    of: Measure | Sequence[Measure],
    last: int | None = None,
    name: str = "",
    meaning: str = "",
    phrase: str = "",
) -> Feature:
    """What part one total is of another, or of the sum of several; zero of nothing."""
    whole = (of,) if isinstance(of, Measure) else tuple(of)
    parts = _of_one_history(measure, whole, "share")
    if len({part.value.unit for part in parts}) > 1:
        raise SpecError(f"share({measure.name}): expected values of one unit; found {sorted({p.value.unit for p in parts})}.")
    sums = {part.column: summed(part.column) for part in parts}

    def value(_: Known, rows: "ibis.Table") -> "ibis.Value":
        first, *others = [sums[part.column](rows, None, last) for part in whole]
        for other in others:
            first = first + other
        # Of what was returned on the whole, nothing is a share.
        return (sums[measure.column](rows, None, last).clip(lower=0) / first.clip(lower=0).nullif(0)).fill_null(0)

    feature = Feature(
        name=f"{measure.name}_rate{ending(last)}",
        unit="rate",
        meaning=f"{plain(measure.name)} as a share of {_listed(whole)} {in_words(last)}",
        lookback_days=last,
        reads=_reads(parts),
        phrase=f"share of {plain(measure.name)}",
        rows=Days(measure.history),
        value=value,
        carries=_carried(parts, last),
        absent=0.0,
    )
    return feature.worded(Words(name=name, meaning=meaning, phrase=phrase))


def ratio(
    measure: Measure, *, of: Measure, last: int | None = None, name: str = "", meaning: str = "", phrase: str = ""
) -> Feature:
    """One total over another, such as lines over baskets; zero of nothing."""
    parts = _of_one_history(measure, (of,), "ratio")
    above, below = summed(measure.column), summed(of.column)
    feature = Feature(
        name=f"{measure.name}_over_{of.name}{ending(last)}",
        unit="ratio",
        meaning=f"{plain(measure.name)} over {plain(of.name)} {in_words(last)}",
        lookback_days=last,
        reads=_reads(parts),
        phrase=f"{plain(measure.name)} over {plain(of.name)}",
        rows=Days(measure.history),
        value=lambda _, rows: (above(rows, None, last) / below(rows, None, last).nullif(0)).fill_null(0),
        carries=_carried(parts, last),
        absent=0.0,
    )
    return feature.worded(Words(name=name, meaning=meaning, phrase=phrase))


def _of_one_history(measure: Measure, others: tuple[Measure, ...], maker: str) -> tuple[Measure, ...]:
    """The values, once they are of one history."""
    parts = (measure, *others)
    if not others or not all(isinstance(part, Measure) for part in parts):
        raise SpecError(f"{maker}() takes a value of a history and of=, one or several others; found of={others}.")
    if any(part.history is not measure.history for part in parts):
        nouns = sorted({part.history.noun for part in parts})
        raise SpecError(f"{maker}({measure.name}): expected values of one history; found those of {nouns}.")
    return parts


def _carried(parts: tuple[Measure, ...], last: int | None) -> Carried:
    """The sums, each once."""
    return carried(parts[0].history, last, *(whole_sum(column) for column in dict.fromkeys(part.column for part in parts)))


def _reads(parts: tuple[Measure, ...]) -> tuple[str, ...]:
    """The lineage, each column once."""
    return lineage(parts[0].history, *dict.fromkeys(part.column for part in parts))


def _listed(parts: tuple[Measure, ...]) -> str:
    """Values in a sentence."""
    return " and ".join(plain(part.name) for part in parts)
