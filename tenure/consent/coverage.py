"""Coverage: of those whom a model might have learnt from, how many it may, and why not the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tenure.consent.rule import ORDER, State, allows, in_words
from tenure.errors import ConsentError
from tenure.purposes import Purpose
from tenure.specs import Model


@dataclass(frozen=True, kw_only=True)
class ConsentFacts:
    """Rows of the populations of all snapshots, one for each customer and snapshot: how many stood in which way.

    `asks_again` says that whoever withdrew or objected by the day of training left earlier snapshots too.
    """

    purpose: str
    basis: str
    rule: str
    n_rows: int
    n_kept: int
    n_given: int
    n_withdrawn: int
    n_objected: int
    n_without_record: int
    asks_again: bool

    @property
    def n_left_out(self) -> int:
        """Rows that nothing was learnt from."""
        return self.n_rows - self.n_kept


def consent_facts(purpose: Purpose, snapshots: Sequence[Mapping[State, int]], *, asks_again: bool) -> ConsentFacts:
    """The facts of a training from the counts of its snapshots."""
    counts = {state: sum(one.get(state, 0) for one in snapshots) for state in ORDER}
    return ConsentFacts(
        purpose=purpose.name,
        basis=str(purpose.basis),
        rule=in_words(purpose),
        n_rows=sum(counts.values()),
        n_kept=n_kept(purpose, counts),
        n_given=counts[State.GIVEN],
        n_withdrawn=counts[State.WITHDRAWN],
        n_objected=counts[State.OBJECTED],
        n_without_record=counts[State.NONE],
        asks_again=asks_again,
    )


def n_kept(purpose: Purpose, counts: Mapping[State, int]) -> int:
    """How many of those counted may be used."""
    return sum(n for state, n in counts.items() if allows(purpose, state))


def check_not_empty(spec: Model, purpose: Purpose, day: date, counts: Mapping[State, int]) -> None:
    """Refuse a snapshot of which consent leaves nobody, in words that say why.

    Raises
    ------
    ConsentError: with how many are missing for which reason.
    """
    total = sum(counts.values())
    if not total or n_kept(purpose, counts):
        return
    raise ConsentError(
        f"Model {spec.name!r} cannot be trained: as of {day} nobody of its population of {total} may be used for "
        f"{purpose.name!r} ({counts[State.NONE]} without a record, {counts[State.WITHDRAWN]} withdrew, {counts[State.OBJECTED]} "
        f"objected). {in_words(purpose)} Train as of a later day, land the days whose consents are missing, or have the purpose "
        "rest on the basis that is true of it."
    )


def check_enough(spec: Model, facts: ConsentFacts | None, n_fit: int) -> None:
    """Refuse a training of which consent leaves fewer rows to fit on than two leaves of one tree take.

    Raises
    ------
    ConsentError: with how many are left, and how many are needed.
    """
    needed = 2 * spec.parameters.min_data_in_leaf
    if facts is None or not facts.n_left_out or n_fit >= needed:
        return
    raise ConsentError(
        f"Model {spec.name!r} would be fitted on {n_fit} rows, for consent to {facts.purpose!r} leaves {facts.n_kept} "
        f"of {facts.n_rows} in all; its trees need {needed} at least (twice min_data_in_leaf). Wait until more have "
        "consented, or let smaller leaves do, by parameters=LightGBMParameters(min_data_in_leaf=…)."
    )
