"""A challenger beside the champion on the same test rows and the same draws, measure by measure."""

from collections.abc import Mapping

from tenure.evaluation.bootstrap import Drawn
from tenure.evaluation.records import ChampionComparison, SameRows


def same_rows(metric: str, title: str, better: str, challenger: Drawn, champion: Drawn, *, centred: bool = False) -> SameRows:
    """One measure of both; a positive difference is better, whichever way the measure runs.

    Parameters
    ----------
    better: "higher" or "lower".
    """
    first, second = (challenger, champion) if better == "higher" else (champion, challenger)
    return SameRows(
        metric=metric,
        title=title,
        better=better,
        challenger=challenger.estimate(centred=centred),
        champion=champion.estimate(centred=centred),
        difference=first.minus(second),
    )


def compared(metric: str, measures: Mapping[str, SameRows], *, champion_version: int, champion_digest: str) -> ChampionComparison:
    """The comparison by the metric of the gate, with every measure."""
    chosen = measures[metric]
    return ChampionComparison(
        champion_version=champion_version,
        champion_digest=champion_digest,
        metric=metric,
        challenger=chosen.challenger,
        champion=chosen.champion,
        difference=chosen.difference,
        measures=tuple(measures.values()),
    )
