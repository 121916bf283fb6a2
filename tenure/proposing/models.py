"""The first models of a proposed project: a probability and a time, with days that its history is long enough for."""

from dataclasses import dataclass

from tenure.contracts.source import GONE
from tenure.history.nouns import in_quotes
from tenure.proposing.meanings import on_card, speaks_of, spoken
from tenure.proposing.proposal import Proposal
from tenure.proposing.rhythm import Tables

# Where a curve of the time until a pause is read, by the days of the pause.
_HORIZONS = {
    91: (28, 56, 91, 119, 182),
    56: (14, 28, 56, 84, 112),
    28: (7, 14, 28, 42, 56),
    14: (7, 14, 28),
    7: (3, 7),
}
# A model stands once a week; where that would be more days than so many, at most so often: they tell little that is new.
_WEEK, _MOST_DAYS = 7, 104


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A model's file, and what its card says of what it foresees."""

    name: str
    text: str
    target: str


_LAPSE = (
    "A customer with no {noun} in the {{model.outcome_days}} days from the scoring day on has lapsed. A day is used for training "
    "only once its whole window is known. Many who lapse come back later."
)
_PAUSE = (
    "The time from the scoring day until a pause without a {noun} is complete. Who has not completed it when the data end is "
    "censored. Many who pause come back; the word says that they were away, not that they left."
)
_STANDS = (
    "Foreseen is that {what}, as the one table of customers tells it. The table is of one day, so the model describes for whom "
    "it was so by then; that it foresees for whom it will be so is an assumption."
)
_CHANGES = (
    "Foreseen is that {what} comes to be so in the time from the scoring day on, as the tables of customers tell it on the day "
    "that they are received. Who is seen no more when the data end is not known to have changed."
)
_VANISHED = " Whose row is gone from a later table is taken to have come to it on that day, although no table says so."


def models(proposal: Proposal) -> tuple[Proposed, ...]:
    """The models, the probability first."""
    if proposal.roles.is_of_states:
        return _of_changes(proposal) if proposal.roles.comes_again else _of_states(proposal)
    rhythm, constant, noun = proposal.rhythm, proposal.foreseen_constant, spoken(proposal.foreseen_noun)
    days, before = rhythm.window_days, rhythm.before_days
    population = "ever" if before is None else "had"
    lapse = _written(
        proposal,
        name=f"lapse_{days}d",
        says=f"Who will make no {noun} within {days} days.",
        imports=("from tenure.outcomes import none_of", f"from tenure.populations import {population}"),
        population=f"ever({constant})" if before is None else f"had({constant}, within_days={before})",
        foresees=f"none_of({constant}, within_days={days})",
        **_seldom(proposal),
    )
    time = _written(
        proposal,
        name="time_to_lapse",
        says=f"When a pause of {days} days will be complete.",
        imports=("from tenure.outcomes import pause, time_until", "from tenure.populations import had"),
        population=f"had({constant}, within_days={days})",
        foresees=f"time_until(pause({constant}, days={days}), horizons_days={_HORIZONS[days]}, score_at={days})",
        **_seldom(proposal),
    )
    return (
        Proposed(name=f"lapse_{days}d", text=lapse, target=_LAPSE.format(noun=on_card(noun))),
        Proposed(name="time_to_lapse", text=time, target=_PAUSE.format(noun=on_card(noun))),
    )


def _of_states(proposal: Proposal) -> tuple[Proposed, ...]:
    """Of a table of customers: what became of them, and after how long."""
    roles, constant = proposal.roles, proposal.constant
    name = spoken(roles.outcome).replace(" ", "_")
    told = f"is_now({constant}.{roles.outcome}, {_literal(proposal, roles.outcome_value)})"
    first = _written(
        proposal,
        name=name,
        says=f"Whose {spoken(roles.outcome)} is {in_quotes(roles.outcome_value)}.",
        imports=("from tenure.outcomes import is_now", "from tenure.populations import everyone"),
        population=f"everyone({constant})",
        foresees=told,
        days="    split=folds(5),\n",
        timeline="folds",
    )
    target = _STANDS.format(what=_what(proposal))
    found = Proposed(name=name, text=first, target=target)
    if not roles.lasted:
        return (found,)
    in_years = roles.unit == "YEAR"
    horizons = "horizons_days=(365, 730, 1095), score_at=365" if in_years else "horizons_days=(90, 180, 365), score_at=180"
    second = _written(
        proposal,
        name=f"time_to_{name}",
        says=f"After how long a customer's {spoken(roles.outcome)} is {in_quotes(roles.outcome_value)}.",
        imports=("from tenure.outcomes import entry, is_now, time_until", "from tenure.populations import everyone"),
        population=f"everyone({constant})",
        foresees=f"time_until(\n        {told}, since=entry({constant}), {horizons}\n    )",
        days="    split=folds(5),\n",
        timeline="folds",
    )
    return (found, Proposed(name=f"time_to_{name}", text=second, target=target))


def _of_changes(proposal: Proposal) -> tuple[Proposed, ...]:
    """Of tables of customers that come again and again: whose outcome will change, and when."""
    roles, constant = proposal.roles, proposal.constant
    column = proposal.table.column(roles.outcome)
    words = tuple(word for word in (column.words if column is not None else ("False",)) if word != roles.outcome_value)
    says_all = speaks_of(roles.outcome, "left") or not roles.outcome_value.isalpha() or roles.outcome == GONE
    tells = not says_all and roles.outcome_value.lower() not in ("yes", "true", "y", "no", "false", "n")
    name = "left" if roles.outcome == GONE else spoken(roles.outcome_value if tells else roles.outcome).replace(" ", "_")
    others = [_literal(proposal, word) for word in words]
    told = f"{constant}.{roles.outcome}, {_literal(proposal, roles.outcome_value)}"
    is_gone = roles.outcome == GONE
    becomes = f"{spoken(roles.outcome)} will be {in_quotes(roles.outcome_value)}"
    whom = "Who will be gone from the table" if is_gone else f"Whose {becomes}"
    when = "somebody is gone from the table" if is_gone else f"somebody's {becomes}"
    days = proposal.tables.window_days
    common = {"population": f"is_in({constant}.{roles.outcome}, {', '.join(others)})", **_days_of(proposal.tables)}
    first = _written(
        proposal,
        name=f"{name}_{days}d",
        says=f"{whom} within {days} days.",
        imports=("from tenure.outcomes import becomes", "from tenure.populations import is_in"),
        foresees=f"becomes({told}, within_days={days})",
        **common,
    )
    second = _written(
        proposal,
        name=f"time_to_{name}",
        says=f"After how long {when}.",
        imports=("from tenure.outcomes import becomes, time_until", "from tenure.populations import is_in"),
        foresees=f"time_until(becomes({told}), horizons_days=({days}, {2 * days}, {3 * days}), score_at={days})",
        **common,
    )
    target = _CHANGES.format(what=_what(proposal)) + _VANISHED * bool(roles.n_vanished)
    return (
        Proposed(name=f"{name}_{days}d", text=first, target=target),
        Proposed(name=f"time_to_{name}", text=second, target=target),
    )


def _literal(proposal: Proposal, word: str) -> str:
    """A value of the outcome as Python writes it."""
    column = proposal.table.column(proposal.roles.outcome)
    return word if column is None or column.is_number else word.capitalize() if column.kind == "truth" else f'"{word}"'


def _what(proposal: Proposal) -> str:
    """What is foreseen of a table's customers; a figure stands in quotes on a card."""
    if proposal.roles.outcome == GONE:
        return "a customer is gone from the table"
    return on_card(f"{spoken(proposal.roles.outcome)} is {proposal.roles.outcome_value}")


def _seldom(proposal: Proposal) -> dict[str, str]:
    """On which days a model stands that learns from what happened, where each week would be too many."""
    weeks = -(-proposal.n_days // (_WEEK * _MOST_DAYS))
    return {"days": f"    snapshots=SnapshotPlan(step_days={_WEEK * weeks}),\n", "timeline": "SnapshotPlan"} if weeks > 1 else {}


def _days_of(tables: Tables) -> dict[str, str]:
    """On which days a model stands that learns from tables of customers, where it is not each week."""
    if tables.day_of_month is not None:
        return {"days": f"    snapshots=SnapshotPlan(day_of_month={tables.day_of_month}),\n", "timeline": "SnapshotPlan"}
    if tables.every_days > _WEEK:
        return {"days": f"    snapshots=SnapshotPlan(step_days={tables.every_days}),\n", "timeline": "SnapshotPlan"}
    return {}


def _written(
    proposal: Proposal,
    *,
    name: str,
    says: str,
    imports: tuple[str, ...],
    population: str,
    foresees: str,
    days: str = "",
    timeline: str = "",
) -> str:
    """A model's file; `days` says on which days it stands, in words of `timeline`."""
    groups = [group for _, group in proposal.all_groups]
    told = ", ".join(f'"{group.name}"' for group in groups)
    protected = f"    protected=({told}{',' if len(groups) == 1 else ''}),\n" if groups else ""
    laid = [f"from tenure.timeline import {timeline}"] * bool(timeline)
    lines = "\n".join([*imports, "from tenure.specs import Model", *laid, "from tenure.words import words_from"])
    return (
        f'"""{says}"""\n\n{lines}\n\nfrom ..history import {proposal.foreseen_constant}\n\n'
        f'SPEC = Model(\n    name="{name}",\n    owner="team:{proposal.name}",\n    population={population},\n'
        f'    foresees={foresees},\n{protected}{days}    narrative=words_from(__file__, "../words.md"),\n)\n'
    )
