"""Whether everything that people said was heard: a batch of it that is withheld may hold an objection that nobody could read."""

from collections.abc import Iterator
from datetime import date

from adapters.tables import validated_table, verdicts_table
from home.workplace import Workplace
from tenure.errors import ConsentError


def unheard(workplace: Workplace) -> dict[date, str]:
    """Days on which a batch of what people said is withheld, and of which there never was a good one, each with why."""
    consents = workplace.project.consents
    if consents is None or not consents.source:
        return {}
    source = workplace.project.source(consents.source)
    verdicts = workplace.lake.rows(verdicts_table(source), columns=["day", "withheld"])
    good = set(workplace.lake.days(validated_table(source)))
    rows = [] if verdicts is None else verdicts.sort_by("day").to_pylist()
    return {row["day"]: " ".join(row["withheld"]) for row in rows if row["withheld"] and row["day"] not in good}


def require_heard(workplace: Workplace, *, until: date | None = None) -> None:
    """Refuse to use anybody's data while somebody's objection may lie unread.

    Parameters
    ----------
    until: days after it do not matter; None where all that is known counts.

    Raises
    ------
    ConsentError: naming the first such day, and why.
    """
    days = {day: why for day, why in unheard(workplace).items() if until is None or day <= until}
    if days:
        first = min(days)
        raise ConsentError(
            f"What people said is withheld on {len(days)} days (first: {first}: {days[first]}), so nobody knows who objects. "
            "Nobody is scored, learnt from or handed out until that is delivered again and landed."
        )


def unheard_in_words(workplace: Workplace) -> Iterator[str]:
    """The same as a line, where there is something to say."""
    try:
        require_heard(workplace)
    except ConsentError as error:
        yield str(error)
