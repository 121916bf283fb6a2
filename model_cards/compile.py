"""Compile a card: evidence and human statements become what it says, and nothing else does.

Every figure is copied from evidence and keeps its path; every human statement keeps its author and day. How a card looks
belongs to `html.py` and `markdown.py`.
"""

from collections.abc import Mapping
from typing import Any

from model_cards.changes import changes
from model_cards.contradictions import contradiction
from model_cards.facts import facts
from model_cards.fields import FIELDS, IN_PART_NOT_YET_ASSESSED, MAY_BE_NOT_YET_ASSESSED, Field
from model_cards.paths import as_tree, entries
from model_cards.schema import SCHEMA_VERSION, validate_card
from model_cards.sentences import sentences
from model_cards.verdicts import TITLES, attribute_verdict, boxes
from model_cards.wording import Rich, fill, refuse_typed_digits
from tenure.errors import CardError
from tenure.evidence import Evidence
from tenure.gate import CardFields
from tenure.gates import Outcome, Question
from tenure.statements import Narrative, NotApplicable, Statement, hollow

_FILLED_BY_THE_DECISION = (38,)
_IDENTITY = ("project", "name", "title", "kind", "owner", "as_of", "model_digest")


def compile_card(
    evidence: Evidence, narrative: Narrative, roles: Mapping[str, str], *, champion: Evidence | None = None
) -> dict[str, Any]:
    """Compile the content of a card.

    Parameters
    ----------
    evidence: everything measured of one challenger, the decision included.
    narrative: the human statements, by field key, and the summary.
    roles: the project's roles, short name to title; a statement's author is one of them.
    champion: the evidence of the champion that it was held against, if there was one, to say what changed.

    Returns
    -------
    The card: plain JSON values, valid against the schema. A field without content is `missing`, which only the card of a
    refused challenger may show.

    Raises
    ------
    CardError: for a field without content, an unknown author or field, a digit typed by hand, or a reference to nothing.
    """
    if evidence.decision is None:
        raise CardError("A card needs the decision of the gates, found none: call gaps() first, decide, then compile.")
    tree = as_tree(evidence)
    missing = gaps(evidence, narrative, roles)
    if missing and evidence.decision.outcome is not Outcome.REFUSED:
        raise CardError(
            f"The card of {evidence.model.name!r} lacks {', '.join(missing)}: add statements to the spec's narrative."
        )
    card = {
        **content(tree, narrative, roles),
        "changes": [] if champion is None else changes(tree, as_tree(champion)),
        "roles": dict(roles),
        "evidence": tree,
    }
    validate_card(card)
    return card


def content(tree: Mapping[str, Any], narrative: Narrative, roles: Mapping[str, str]) -> dict[str, Any]:
    """All of a card that follows from its own evidence and the human statements."""
    said = sentences(tree, narrative.verb)
    return {
        "schema_version": SCHEMA_VERSION,
        "identity": _identity(tree, narrative),
        "summary": _human("summary", narrative.summary, tree),
        "notices": [fill(text, tree) for text in _notices(tree)],
        "open_points": [fill(text, tree) for text in _open_points(tree)],
        "verdicts": [
            {"key": b.key, "title": b.title, "verdict": b.verdict.value, "sentence": fill(b.sentence, tree), "section": b.section}
            for b in boxes(tree, said)
        ],
        "sentences": {section: fill(text, tree) for section, text in said.items()},
        "fields": _fields(tree, narrative, roles),
    }


def gaps(evidence: Evidence, narrative: Narrative, roles: Mapping[str, str]) -> tuple[str, ...]:
    """Required fields without content, each as `number key: what is missing`; as `card_fields`."""
    return card_fields(evidence, narrative, roles).gaps


def card_fields(evidence: Evidence, narrative: Narrative, roles: Mapping[str, str]) -> CardFields:
    """Required fields without content, and how many are filled or do not apply, each kind counted apart.

    The decision may be None: fields that it fills are then no gaps, and counted as filled. Raises CardError as `compile_card`
    does for a narrative that is wrong rather than incomplete.
    """
    tree = as_tree(evidence)
    open_fields = _FILLED_BY_THE_DECISION if evidence.decision is None else ()
    fields = _fields(tree, narrative, roles)
    lacking = [entry for entry in fields if entry["status"] == "missing" and entry["number"] not in open_fields]
    found = [f"{entry['number']} {entry['key']}: {entry['reason']}" for entry in lacking]
    wrong = contradiction(narrative.summary, tree) if narrative.summary.strip() else "no text"
    return CardFields(
        gaps=(f"summary: {wrong}", *found) if wrong else tuple(found),
        n_filled=sum(entry["status"] == "filled" or entry["number"] in open_fields for entry in fields),
        n_not_applicable=sum(entry["status"] == "not applicable" for entry in fields),
    )


def _identity(tree: Mapping[str, Any], narrative: Narrative) -> dict[str, Any]:
    """Who the card is about."""
    model = tree["model"]
    return {**{key: model[key] for key in _IDENTITY}, "verb": narrative.verb}


def _notices(tree: Mapping[str, Any]) -> list[str]:
    """What a reader must know before anything else."""
    notices = []
    if tree["policy"] and tree["policy"].get("one_person_may") and tree["policy"]["reviewers"] == 1:
        notices.append("The trust root lets one person train this model and approve it alone: no second person need have looked.")
    for path, _ in entries(tree, "exceptions"):
        notices.append(
            f"By exception the gate {{{path}.gate}} may fail until {{{path}.until}}. Proposed by {{{path}.proposed_by}}, signed "
            f"by {{{path}.signed_by}}, for this reason: {{{path}.reason}}"
        )
    if all(attribute_verdict(a) == "not assessable" for a in tree["audit"]["attributes"]):
        notices.append("Whether it treats groups of people alike could not be assessed for any group: too few people are known.")
    if tree["decision"]["outcome"] == "refused":
        failed = [verdict["gate"]["name"] for _, verdict in entries(tree, "decision.verdicts") if verdict["result"] == "fail"]
        notices.append(f"Refused, for it fails what is asked of it: {', '.join(failed).replace('_', ' ')}.")
    return notices


def _open_points(tree: Mapping[str, Any]) -> list[str]:
    """What whoever promotes must answer for, each with its own reason."""
    return [
        f"“{TITLES[Question(point['question'])]}” {point['answer']}: {{{path}.found}}."
        for path, point in entries(tree, "decision.open_points")
    ]


def _fields(tree: Mapping[str, Any], narrative: Narrative, roles: Mapping[str, str]) -> list[dict[str, Any]]:
    """All fields, in order."""
    empty = hollow(narrative)
    return [_field(field, tree, narrative.statements.get(field.key), roles, empty.get(field.key, "")) for field in FIELDS]


def _field(
    field: Field, tree: Mapping[str, Any], said: Statement | NotApplicable | None, roles: Mapping[str, str], why_empty: str
) -> dict[str, Any]:
    """One field with its status; `why_empty` says why what a person said there counts for nothing, if so."""
    lines = [fill(line, tree) for line in facts(field.number, tree)]
    if isinstance(said, NotApplicable) and lines and not field.needs_statement:
        raise CardError(
            f"{field.key!r} cannot be not applicable: the pipeline has evidence for it. Remove it from the narrative."
        )
    status, reason = _status(field, has_facts=bool(lines), said=said)
    wrong = why_empty or (contradiction(said.text, tree) if isinstance(said, Statement) else "")
    if wrong:
        status, reason = "missing", wrong
    return {
        "number": field.number,
        "key": field.key,
        "title": field.title,
        "section": field.section,
        "fill": field.fill.value,
        "sources": list(field.sources),
        "status": status,
        "reason": reason,
        "facts": lines,
        "statement": None if said is None else _statement(field.key, said, tree, roles),
    }


def _status(field: Field, *, has_facts: bool, said: Statement | NotApplicable | None) -> tuple[str, str]:
    """What is the state of a field, and why it is not filled."""
    if isinstance(said, NotApplicable):
        return "not applicable", ""
    lacks = []
    if field.needs_facts and not has_facts:
        lacks.append("no evidence")
    if field.needs_statement and (said is None or not said.text.strip()):
        lacks.append("no human statement")
    if not lacks:
        return "filled", IN_PART_NOT_YET_ASSESSED.get(field.number, "")
    if field.number in MAY_BE_NOT_YET_ASSESSED:
        return "not yet assessed", f"filled by {MAY_BE_NOT_YET_ASSESSED[field.number]}"
    return "missing", " and ".join(lacks)


def _statement(key: str, said: Statement | NotApplicable, tree: Mapping[str, Any], roles: Mapping[str, str]) -> dict[str, Any]:
    """What a person said, with name of role and day."""
    if said.author not in roles:
        raise CardError(f"{key!r} is signed by {said.author!r}, who is no role of the project; its roles are {sorted(roles)}.")
    text = said.text if isinstance(said, Statement) else said.reason
    return {"text": _human(key, text, tree), "author": said.author, "on": said.on.isoformat()}


def _human(key: str, text: str, tree: Mapping[str, Any]) -> Rich:
    """A text by a person, filled from evidence and free of typed digits."""
    try:
        refuse_typed_digits(text)
        return fill(" ".join(text.split()), tree)
    except CardError as error:
        raise CardError(f"Field {key!r}: {error}") from error
