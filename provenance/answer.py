"""Why a customer had a score: the answer in three sentences, and below it the walk that proves them.

`answer` reads what it tells and proves only that the package is the promoted one; the steps are the proof, each taken when it is
asked for. The sentences hold a customer's values: they are for who may ask, and go into no log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow.compute as pc

from adapters.lake import read_rows
from home.workplace import Workplace
from model_cards.pages import PAGE
from provenance.delivered import Delivered, open_day
from provenance.people import person_behind
from provenance.signed_steps import approval_of
from provenance.step import Step, Trace, why_not
from provenance.trace import steps_to_take
from tenure.errors import TraceError
from tenure.purposes.facts import Approval
from tenure.scoring import influences, open_scorer

N_RAISING, N_LOWERING = 3, 2


@dataclass(frozen=True)
class Answer:
    """Why a customer had a score. `sentences` are the score and its place, what moved it, and who let the model serve."""

    delivered: Delivered
    customer: str
    sentences: tuple[str, str, str]

    @cached_property
    def steps_to_take(self) -> list[Callable[[], Step]]:
        """The steps of the walk, none of them taken yet."""
        return steps_to_take(self.delivered, self.customer)

    @cached_property
    def trace(self) -> Trace:
        """The whole walk."""
        steps = tuple(take() for take in self.steps_to_take)
        return Trace(model=self.delivered.spec.name, day=self.delivered.day, steps=steps)


def answer(workplace: Workplace, model: str, customer: str, day: date) -> Answer:
    """Say why a customer had a score of a model on a day.

    Raises
    ------
    TraceError: when the customer has no score of that model and day.
    """
    delivered = open_day(workplace, workplace.project.model(model), day)
    # Whoever asks may have any id of the person.
    person = customer if workplace.project.people is None else person_behind(delivered.inputs, customer, day)
    delivered.row(person)
    told = tuple(_told(tell, delivered, person) for tell in (_score, _reasons, _served))
    return Answer(delivered, person, (told[0], told[1], told[2]))


def _told(tell: Callable[[Delivered, str], str], delivered: Delivered, customer: str) -> str:
    """A sentence; one that cannot be told says why, and the walk tells where it breaks."""
    try:
        return tell(delivered, customer)
    except Exception as error:  # the edge: a damaged file raises whatever its reader raises
        return f"This cannot be told: {why_not(error)}"


def _score(delivered: Delivered, customer: str) -> str:
    """The score, its rank, and what is usual."""
    row, scores = delivered.row(customer), delivered.rows["score"]
    rank, n = pc.sum(pc.greater(scores, row["score"])).as_py() + 1, len(scores)
    test = next((period for period in delivered.evidence.data.periods if period.role == "test"), None)
    usual = ""
    if test is not None and test.n_rows and delivered.facts.kind == "propensity":
        usual = f", and of the rows it was tested on {100 * test.n_events / test.n_rows:.0f} in 100 had the event"
    return (
        f"{delivered.spec.title}: {row['score']:.2f} on {delivered.day}, band {row['band']}, rank {rank:,} of {n:,}; the average "
        f"of that day is {pc.mean(scores).as_py():.2f}{usual}."
    )


def _reasons(delivered: Delivered, customer: str) -> str:
    """What moved the score, with the customer's values."""
    rows = read_rows(delivered.features, days=[delivered.day])
    own = None if rows is None else rows.filter(pc.equal(rows["customer_id"], customer))
    if own is None or own.num_rows != 1:
        raise TraceError(f"The features of {delivered.day} do not hold this customer once. Restore the lake from a backup.")
    moved = influences(open_scorer(delivered.package.files, delivered.package.model_digest), own, delivered.day)
    raising, lowering = [words for words, by in moved if by > 0], [words for words, by in moved if by < 0]
    parts = [
        f"{verb} most by {'; '.join(words)}"
        for verb, words in (("raised", raising[:N_RAISING]), ("lowered", lowering[:N_LOWERING]))
        if words
    ]
    return f"It is {', and '.join(parts)}." if parts else "No input moves it from what is usual."


def _served(delivered: Delivered, _: str) -> str:
    """Who let the model serve, and the card they read."""
    _, promotion = delivered.promoted
    approvals = [approval_of(delivered, digest) for digest in promotion.approvals]
    people = " and ".join(f"{one.identity} on {one.issued:%Y-%m-%d}" for one in approvals) or "nobody"
    card = delivered.workplace.card_folder(delivered.spec.name, promotion.subject.package_digest) / PAGE
    return (
        f"Version {promotion.version} of the model served then, approved by {people}, by {promotion.action.as_noun} of "
        f"{promotion.decided_at:%Y-%m-%d}; its card: {card}.{_purpose(delivered)}"
    )


def _purpose(delivered: Delivered) -> str:
    """For which purpose the model was trained, and who had approved that and the sources; nothing where none was declared."""
    facts = delivered.evidence.purpose
    if facts is None:
        return ""
    of_sources = dict.fromkeys(_by(source.approval) for source in facts.sources)
    return f" It is for the purpose {facts.name} ({facts.basis}), {_by(facts.approval)}; its sources: {'; '.join(of_sources)}."


def _by(approval: Approval | None) -> str:
    """By whom something was approved."""
    if approval is None:
        return "approved by nobody"
    return f"approved by {' and '.join(approval.signed_by)} on {approval.on}" if approval.signed_by else f"noted on {approval.on}"
