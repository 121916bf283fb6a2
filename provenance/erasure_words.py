"""An erasure in words: where people are, what became of the models, and the receipt that a person is handed. Nobody is named."""

from collections.abc import Collection, Iterator
from datetime import datetime

from adapters.erasing_guard import UNFINISHED
from governance.records.erasure import Erasures, LearntFrom
from home.pseudonyms import were_erased
from home.workplace import Workplace
from provenance.erasing import Done
from provenance.erasing_prepared import counts_of
from provenance.holdings import Holdings, Learnt
from tenure.promotions import current
from tenure.retraining import RetrainAfterErasures

OUTSIDE = (
    "files that the company itself keeps and delivers, and its databases",
    "exports and audiences that were handed to others",
    "backups: `tenure restore` takes the person out again before the home is used",
    "what models learnt, until they are trained again",
)


def found_in_words(workplace: Workplace, held: Holdings, *, n_people: int, is_entered: bool = False) -> Iterator[str]:
    """Where people are, or were, a line each; `is_entered` once the log names their erasure."""
    yield f"{n_people:,} people, {len(held.ids):,} ids:"
    for what, n in counts_of(held).items():
        yield f"  {n:>9,} {what}"
    for learnt in held.learnt:
        yield f"  {of_model(workplace, learnt, is_entered=is_entered)}"


def nobody_in_words(workplace: Workplace, ids: Collection[str]) -> str:
    """What to say where nothing is held of some ids: that nobody has them, or that they were erased. No id is told."""
    gone = len(were_erased(workplace, ids))
    if gone == len(set(ids)):
        return f"{'That person was' if gone == 1 else 'They were'} erased already, and nothing has come of them since."
    who = "that id" if len(set(ids)) == 1 else f"any of these {len(set(ids))} ids"
    erased = f" {gone} of them were erased already." if gone else ""
    return (
        f"Nobody of {who} is known in {workplace.project.name}: no table, batch, test row or training row holds it.{erased} "
        "Write it as `customer_id` has it in the company's own rows, and look whether it was mistyped."
    )


def of_model(workplace: Workplace, learnt: Learnt, *, is_entered: bool) -> str:
    """What is to be done about a model that learnt from them, those who were erased before them included."""
    before = workplace.promotions.erasures().learnt_from(learnt.package)
    n_people = (0 if is_entered else learnt.n_people) + (before.n_people if before else 0)
    n_customers = max(learnt.n_customers, before.n_customers if before else 0)
    now = LearntFrom(package=learnt.package, n_people=n_people, n_customers=n_customers)
    kind = "promoted" if learnt.is_promoted else "candidate"
    return f"{learnt.model} {learnt.package[:12]} ({kind}): {verdict(workplace.project.retrain, now)}"


def verdict(policy: RetrainAfterErasures, learnt: LearntFrom) -> str:
    """Whether a package is to be trained again, in words."""
    due = "train it again" if policy.is_due(learnt.n_people, learnt.n_customers) else "may serve on"
    return f"{learnt.n_people:,} of {learnt.n_customers:,} customers it learnt from were erased: {due} ({policy.in_words})"


def since_training(policy: RetrainAfterErasures, erasures: Erasures, package: str) -> str:
    """How many were erased since of those whom a package learnt from, and whether it is due; empty where nobody was."""
    learnt = erasures.learnt_from(package)
    return "" if learnt is None else verdict(policy, learnt)


def standing_in_words(workplace: Workplace) -> Iterator[str]:
    """How erasures stand: how many people, what is not ended, and what is due of the models that serve."""
    if workplace.lake.guard.is_unfinished:
        yield UNFINISHED
    found = workplace.promotions.erasures() if workplace.promotions.has_trust_root else None
    if found is None or not found.acts:
        return
    yield f"erased: {found.n_people:,} people"
    for spec in workplace.project.models:
        record = current(workplace.promotions.records(), workplace.project.name, spec.name)
        if record and (said := since_training(workplace.project.retrain, found, record.package_digest)):
            yield f"{spec.name}: {said}"


def receipt_of(workplace: Workplace, done: Done) -> tuple[dict[str, object], str]:
    """What a person can be handed: as a record, and as text."""
    record = workplace.promotions.ledger().records[done.records[0]]
    models = [of_model(workplace, learnt, is_entered=True) for learnt in done.held.learnt]
    told = {
        "company": workplace.project.title,
        "erased_at": record.at.isoformat(),
        "people": done.act.n_people,
        "taken_out_of": dict(done.act.counts),
        "models": models,
        "not_in_our_reach": list(OUTSIDE),
        "log": workplace.promotions.origin,
        "records": [{"place": place, "sha256": one} for place, one in zip(done.records, done.act.envelopes, strict=True)],
    }
    return told, _as_text(workplace, done, record.at, models)


def _as_text(workplace: Workplace, done: Done, at: datetime, models: list[str]) -> str:
    """The receipt to be read."""
    counts = "\n".join(f"  {n:>9,} {what}" for what, n in done.act.counts.items())
    learnt = "\n".join(f"  {line}" for line in models) or "  none"
    outside = "\n".join(f"  - {line}" for line in OUTSIDE)
    entered = ", ".join(f"record {place} ({one[:12]})" for place, one in zip(done.records, done.act.envelopes, strict=True))
    return (
        f"{workplace.project.title}: erasure of {at:%Y-%m-%d %H:%M} UTC\n\n"
        f"The records of {done.act.n_people:,} people were taken out of everything that is kept here of customers:\n{counts}\n\n"
        f"Models that had learnt from them:\n{learnt}\n\n"
        f"What lies outside of this, and is to be asked for where it is:\n{outside}\n\n"
        f"Signed by the company's reviewers and entered in the log {workplace.promotions.origin} as {entered}.\n"
    )
