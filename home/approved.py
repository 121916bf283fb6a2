"""Whether what a run would read may be read: asked before it begins, and again where it reads."""

from collections.abc import Iterator

from governance.rules.data_standing import DataStands
from home.workplace import Workplace
from tenure.errors import RefusedError
from tenure.purposes.declaration import DataKind
from tenure.purposes.facts import Approval, HeldFacts, PurposeFacts
from tenure.refusals import Refusal
from tenure.specs import Model


def require_sources(workplace: Workplace) -> None:
    """Refuse to begin where a source of the company is not approved as it is declared.

    Raises
    ------
    RefusedError: naming the sources, where they stand, and what to do.
    """
    workplace.promotions.require_sources([source.name for source in workplace.project.sources])


def not_approved(workplace: Workplace) -> str:
    """Why nothing of the company lands, in words; empty where every source is approved.

    A log that cannot be read says nothing of that: the run itself fails by it, which is told.
    """
    try:
        require_sources(workplace)
    except RefusedError as error:
        return str(error) if error.refusal == Refusal.NOT_APPROVED.value else ""
    return ""


def waiting_in_words(workplace: Workplace) -> Iterator[str]:
    """Which purposes and sources wait for approval, as a line; none where all are approved, and where nobody can approve yet."""
    doors, name = workplace.promotions, workplace.project.name
    if not doors.has_trust_root or name not in {quorum.project for quorum in doors.ledger().root.quorums}:
        return
    if waiting := [one for one in doors.data_stands() if not one.is_approved]:
        yield f"waiting for approval: {', '.join(one.declaration.called for one in waiting)}. Look: tenure data list"
    if words := doors.words_instead():
        yield words


def purpose_facts(workplace: Workplace, spec: Model) -> PurposeFacts | None:
    """What a model's evidence says of its purpose and of the sources that this lists; None where purposes are words alone."""
    purpose = workplace.project.purpose_of(spec)
    if purpose is None or purpose.is_in_words:
        return None
    stands = {(one.declaration.kind, one.declaration.name): one for one in workplace.promotions.data_stands()}
    own = stands[DataKind.PURPOSE, purpose.name]
    listed = {column.partition(".")[0].lower() for column in purpose.columns}
    found = ((DataKind.SOURCE, source.name) for source in workplace.project.sources if source.name.lower() in listed)
    sources = (stands[name] for name in found if name in stands)
    return PurposeFacts(
        name=purpose.name,
        why=purpose.why,
        basis=str(purpose.basis),
        categories=purpose.categories,
        columns=purpose.columns,
        kept=_said(own, "kept"),
        seen_by=purpose.seen_by,
        is_direct_marketing=purpose.is_direct_marketing,
        approval=_approval(own),
        sources=tuple(
            HeldFacts(
                name=one.declaration.name,
                why=_said(one, "what for"),
                from_whom=_said(one, "from whom"),
                kept=_said(one, "kept"),
                approval=_approval(one),
            )
            for one in sources
        ),
    )


def _said(one: DataStands, about: str) -> str:
    """What a declaration says of one thing."""
    return "; ".join(one.declaration.about(about))


def _approval(one: DataStands) -> Approval | None:
    """By whom it was approved, and when."""
    found = one.approval
    return found and Approval(digest=one.declaration.digest, signed_by=found.signed_by, on=found.at.date())
