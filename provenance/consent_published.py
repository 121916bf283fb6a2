"""Counts of consent as they may leave the house: with noise, and what that costs of the company's budget kept for good."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from adapters.journal import Journal
from home.workplace import Workplace
from provenance.consent_seen import look
from tenure.consent.rule import State
from tenure.errors import ConsentError
from tenure.privacy.published import PrivacyBudget, noisy

NAME = "published.jsonl"


@dataclass(frozen=True, kw_only=True)
class Published:
    """Counts with noise by purpose and state, as of a day; what they cost, and what is left of the budget."""

    as_of: date
    counts: tuple[tuple[str, State, int], ...]
    epsilon: float
    left: float


def publish(workplace: Workplace, *, epsilon: float) -> Published:
    """Count how customers stand to each purpose now, with noise; what it costs is kept before anything is told.

    Raises
    ------
    ConsentError: where no budget is declared, or less is left of it.
    """
    budget, now = _declared(workplace), workplace.clock().astimezone(UTC)
    found = look(workplace)
    cells = [(one.purpose.name, state, n) for one in found.by_purpose for state, n in one.counts.items()]
    journal = Journal(workplace.settings.home / NAME)
    with journal.locked():
        left = budget.epsilon - _spent(journal, workplace.project.name, now - timedelta(days=budget.days))
        if not 0 < epsilon <= left + 1e-12:
            raise ConsentError(
                f"An epsilon of {epsilon:g} was asked for, and {left:g} of {budget.epsilon:g} in {budget.days} days is left. Ask "
                "for less, or wait until what was published before is old enough."
            )
        # A person who comes or goes is counted once for each purpose.
        counts = noisy([n for _, _, n in cells], epsilon=epsilon, cells_of_one=len(found.by_purpose))
        line = {"at": now.isoformat(timespec="seconds"), "project": workplace.project.name, "what": "consent", "epsilon": epsilon}
        journal.append(line)
    told = tuple((name, state, n) for (name, state, _), n in zip(cells, counts, strict=True))
    return Published(as_of=found.as_of, counts=told, epsilon=epsilon, left=left - epsilon)


def _declared(workplace: Workplace) -> PrivacyBudget:
    """The budget of a company."""
    budget = workplace.project.privacy_budget
    if budget is None:
        raise ConsentError(
            f"Project {workplace.project.name!r} declares no budget for published counts, so none are published. Say "
            "privacy_budget=PrivacyBudget(epsilon=1.0) in its project.py."
        )
    return budget


def _spent(journal: Journal, project: str, since: datetime) -> float:
    """What was published of a company since a moment."""
    lines = (line for line in journal.read() if line["project"] == project)
    return sum(float(line["epsilon"] or 0) for line in lines if datetime.fromisoformat(str(line["at"])) > since)
