"""Reviewers' decisions: `tenure approve`, `tenure reject`, `tenure revoke`; and the proof of all of them, `tenure verify`."""

from typing import Annotated, Any

import typer

from adapters.alerts import AlertKind
from cli.answers import AsJson, answering
from cli.passphrases import person_key, reviewer_id
from cli.places import ProjectName, open_workplace, say
from cli.progress import at_work
from governance.records.approval import Verdict
from governance.stores.package_reading import evidence_of
from home.card_page import card_now, write_card
from home.conditions import conditions_of, naming
from home.own_keys import endings
from home.workplace import Workplace
from tenure.errors import RefusedError

Digest = Annotated[str, typer.Argument(help="Digest of the package, or its first 8 letters or more.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence. It is signed, and stays in the log.")]
StaffId = Annotated[str | None, typer.Option("--as", help="Your staff id; by default the only reviewer whose key is here.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (approve, reject, revoke, verify):
        app.command()(command)


def approve(digest: Digest, reason: Reason, staff_id: StaffId = None, project: ProjectName = None) -> None:
    """Sign that a model may serve: exactly this model, card, audit and policy."""
    decide(open_workplace(project), digest, Verdict.APPROVE, reason, staff_id)


def reject(digest: Digest, reason: Reason, staff_id: StaffId = None, project: ProjectName = None) -> None:
    """Sign that a model must not serve; only your own later approval takes it back."""
    decide(open_workplace(project), digest, Verdict.REJECT, reason, staff_id)


def revoke(digest: Digest, reason: Reason, staff_id: StaffId = None, project: ProjectName = None) -> None:
    """Forbid a package to serve, from the scorer's next load on; it cannot be taken back."""
    workplace = open_workplace(project)
    who = reviewer_id(workplace, staff_id)
    model = workplace.promotions.subject(digest).model
    key = person_key(workplace.settings, who)
    with at_work("Signing"):
        revoked = workplace.promotions.revoke(digest, reason, staff_id=who, key=key)
    workplace.alert(AlertKind.DECIDED, model, f"{who} revoked package {revoked.package_digest[:12]}: {reason}")
    say(f"Package {revoked.package_digest[:12]} is revoked. If it served, roll back or promote another: nothing serves now.")


def verify(project: ProjectName = None, as_json: AsJson = False) -> None:
    """Prove the whole history from the files alone: every record, signature and rule; then what this machine holds of it.

    Every promoted package is hashed, and every scored day held against its signature; what is not here is said. Exit code 1
    when anything does not hold, or no witness vouches for it.
    """
    with answering("verify", as_json=as_json) as answer:
        _verify(open_workplace(project), answer)


def _verify(workplace: Workplace, answer: dict[str, Any]) -> None:
    """Prove, say what came of it, and end with an error where it does not hold."""
    from provenance.held import look

    with at_work("Verifying the log"):
        report = workplace.promotions.history()
    say(report.in_words)
    say(f"Trust root {report.trust_root_version}; {report.n_records} records; root hash {report.root_hash}")
    say(f"Log {workplace.promotions.origin}")
    promotions = workplace.promotions
    caveats = [c for c in (promotions.witness_caveat if report.n_witnessed is not None else "", promotions.pin_caveat) if c]
    for caveat in caveats:
        say(caveat)
    answer["data"] = _of_data(workplace)
    for ending in endings(workplace):
        say(ending.in_words)
    if workplace.promotions.is_demo:
        say("The reviewers are a demonstration's: their approvals prove that the protocol runs, not that anybody read a card.")
    answer |= {
        "project": workplace.project.name,
        "is_sound": report.is_sound,
        "is_witnessed": report.n_witnessed is not None,
        "n_records": report.n_records,
        "root_hash": report.root_hash,
        "trust_root_version": report.trust_root_version,
        "log": promotions.origin,
        "words": report.in_words,
        "caveats": caveats,
    }
    with at_work("Holding what is here against it") as tell:
        held = look(workplace, tell=tell)
    answer |= {"held": held.in_words, "faults": held.faults}
    say(held.in_words)
    for fault in held.faults:
        typer.secho(fault, err=True, fg=typer.colors.RED)
    if not report.is_sound or report.n_witnessed is None or held.faults:
        raise typer.Exit(1)


def _of_data(workplace: Workplace) -> str:
    """How many purposes and sources are approved as they are declared now, said and returned."""
    try:
        stands = workplace.promotions.data_stands()
    except RefusedError as error:  # a company that the trust root does not name yet
        words = str(error)
    else:
        open_ones = [f"{one.declaration.called}: {one.in_words}" for one in stands if not one.is_approved]
        waits = f" Not so: {'; '.join(open_ones)}." if open_ones else ""
        words = (
            f"{len(stands) - len(open_ones)} of {len(stands)} purposes and sources are approved as they are declared now.{waits}"
        )
    say(words)
    return words


def decide(workplace: Workplace, digest: str, verdict: Verdict, reason: str, staff_id: str | None) -> None:
    """Show what the signature covers and where the card is, then sign."""
    promotions = workplace.promotions
    with at_work("Reading the candidate"):
        action = promotions.action(digest)
        subject = promotions.subject(digest, action)
        now = card_now(workplace, subject.package_digest)
        card = write_card(workplace, now)
    say(f"{now.project}.{now.model}: {now.decision.outcome}. Read the card first: {card}")
    say(f"Your signature says: in {subject.installation}, one may {action.in_words} this package, once, as")
    say(f"{subject.project}.{subject.model}, for {subject.serves_days} days at most, over exactly")
    for name in ("model", "card", "audit", "policy"):
        say(f"  {name:<7} {getattr(subject, f'{name}_digest')}")
    say(workplace.test_rows.in_words(evidence_of(now.package).data.test_rows_digest))
    if verdict is Verdict.APPROVE:
        reason = naming(reason, conditions_of(workplace, subject.package_digest))
    who = reviewer_id(workplace, staff_id)
    key = person_key(workplace.settings, who)
    with at_work("Signing"):
        promotions.decide(subject.package_digest, verdict, reason, staff_id=who, key=key, action=action)
        write_card(workplace, card_now(workplace, subject.package_digest))
        workplace.alert(AlertKind.DECIDED, now.model, f"{who}: {verdict.value} package {subject.package_digest[:12]}: {reason}")
    n_counting, needed = len(promotions.counting_approvals(subject, action)), promotions.needed(action)
    say(f"{who}: {verdict.value} {subject.package_digest[:12]}. {n_counting} of {needed} approvals to {action.in_words} it.")
