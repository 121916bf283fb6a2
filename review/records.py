"""Records of the promotion log as lines that people read: who said what about which package, and whether it holds.

What a record must fulfil is `governance/rules/admission.py`; here it is only put into words.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.signing import read_envelope
from governance.rules.verify import HistoryReport
from tenure.errors import RefusedError
from tenure.inert import inert

WORDS = {
    Kind.ROOT: "trust root",
    Kind.REQUEST: "asked",
    Kind.STATEMENT: "trained",
    Kind.APPROVAL: "approved",
    Kind.REJECTION: "rejected",
    Kind.PROMOTED: "promoted",
    Kind.ROLLED_BACK: "rolled back",
    Kind.REVOKED: "revoked",
    Kind.EXCEPTION: "exception proposed",
    Kind.EXCEPTED: "exception decided",
    Kind.DELIVERED: "delivered",
    Kind.ERASED: "erased",
    Kind.DATA_PROPOSED: "data proposed",
    Kind.DATA_DECIDED: "data decided",
    Kind.DATA_NOTED: "sources noted",
    Kind.PERSON_DECIDED: "decided about people",
    Kind.RETENTION: "time ended",
    Kind.ACCESS_AUDITED: "audited access",
}
UNREADABLE = "unreadable record"
# What taking a record apart runs into when it is not of the shape that its kind has: whoever signs may sign anything.
_OTHER_SHAPE = (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError, RefusedError)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One place of the log; `problem` says what is wrong with it, if anything.

    `company` is whose record it is; empty for one of the whole home, such as a trust root. Where the content is not of the shape
    that its kind has, it is not readable, and its problem says so.
    """

    sequence: int
    kind: Kind
    at: datetime
    who: str
    company: str
    model: str
    package_digest: str
    reason: str
    envelope_digest: str
    leaf: str
    problem: str
    is_readable: bool = True

    @property
    def in_words(self) -> str:
        """What kind of record it is."""
        return WORDS[self.kind] if self.is_readable else UNREADABLE

    def as_json(self) -> str:
        """The line for programs."""
        content = {**vars(self), "kind": self.kind.value, "at": self.at.isoformat()}
        return inert(json.dumps({**content, "verified": not self.problem}))


def lines(ledger: Ledger, report: HistoryReport) -> tuple[Line, ...]:
    """Every place of the log, oldest first."""
    problems = {finding.sequence: finding.message for finding in report.findings}
    models = _models(ledger)
    return tuple(
        _line(place, record, ledger.entries[place].leaf.hex(), problems.get(place, ""), models)
        for place, record in enumerate(ledger.records)
    )


def content_in_words(record: Record) -> str:
    """What was signed, as it was signed: laid out if it is JSON, otherwise the envelope around it."""
    try:
        return json.dumps(_content_of(record), indent=2, ensure_ascii=False)
    except _OTHER_SHAPE:
        return record.envelope


def _content_of(record: Record) -> dict[str, Any]:
    """What was signed; raises one of `_OTHER_SHAPE` for no JSON."""
    content: dict[str, Any] = json.loads(read_envelope(record.signed, what="the record").payload)
    return content


def of_company(found: Sequence[Line], company: str) -> tuple[Line, ...]:
    """Lines that concern a company: its own, and those of the whole home."""
    return tuple(line for line in found if line.company in ("", company))


def matching(found: Sequence[Line], *, kind: str, model: str, who: str) -> tuple[Line, ...]:
    """Lines that a filter leaves; an empty word asks for nothing."""
    return tuple(
        line
        for line in found
        if (not kind or line.kind.value == kind) and (not model or line.model == model) and (not who or line.who == who)
    )


def _models(ledger: Ledger) -> dict[str, str]:
    """The model of every package of which a statement or promotion speaks, and of every exception; decisions name these alone."""
    found = {}
    for record in ledger.of_kind(Kind.STATEMENT, Kind.PROMOTED, Kind.ROLLED_BACK, Kind.EXCEPTION, before=ledger.size):
        # Its own line says that it cannot be read.
        with suppress(*_OTHER_SHAPE):
            content = _content_of(record)
            about = content.get("predicate", content)
            named = record.envelope_digest if record.kind is Kind.EXCEPTION else _package(content)
            found[named] = f"{about['project']}.{about['model']}"
    return found


def _line(place: int, record: Record, leaf: str, problem: str, models: Mapping[str, str]) -> Line:
    """One line."""
    known = Line(
        sequence=place,
        kind=record.kind,
        at=record.at,
        who="",
        company="",
        model="",
        package_digest="",
        reason="",
        envelope_digest=record.envelope_digest,
        leaf=leaf,
        problem=problem,
    )
    try:
        content = _content_of(record)
        about, package = content.get("predicate", content), _package(content)
        who = str(about.get("identity") or about.get("trainer") or ", ".join(about.get("identities", ())))
        why = _reason(record.kind, content)
    except _OTHER_SHAPE:
        return replace(known, is_readable=False, problem=problem or f"It is not of the shape that a {record.kind} record has.")
    model = models.get(package) or models.get(str(content.get("exception", "")), "")
    if "models" in about:
        model = f"{about['project']}.{', '.join(about['models'])}"
    elif record.kind in (Kind.DELIVERED, Kind.EXCEPTION):
        model = f"{content['project']}.{content['model']}"
    company = str(content.get("project") or model.partition(".")[0])
    return replace(known, who=who, company=company, model=model, package_digest=package, reason=why)


def _package(content: Mapping[str, Any]) -> str:
    """The package that a record is about; empty where it is about none."""
    subject = content.get("subject")
    if isinstance(subject, list):  # an in-toto statement
        return str(subject[0]["digest"]["sha256"])
    return str(content.get("package_digest") or content.get("package") or (subject or {}).get("package_digest", ""))


def _reason(kind: Kind, content: Mapping[str, Any]) -> str:
    """Why, in the words of who signed."""
    if kind is Kind.ROOT:
        quorums = ", ".join(f"{q['project']}: {q['reviewers']}" for q in content["quorums"])
        return f"version {content['version']}, {len(content['staff'])} keys; reviewers needed: {quorums}"
    if kind is Kind.STATEMENT:
        return f"run {content['predicate']['run_id']}"
    if kind is Kind.REQUEST:
        by = f", each time that {content['by']} asks until {content['expires'][:10]}" if content["by"] else ""
        return f"to {content['action']}{by}{': ' if content['reason'] else ''}{content['reason']}"
    if kind is Kind.EXCEPTION:
        return f"to {content['gate']}, until {content['ends'][:10]}: {content['reason']}"
    if kind is Kind.EXCEPTED:
        return f"{content['verdict']} {content['exception'][:12]}: {content['reason']}"
    if kind in (Kind.DATA_PROPOSED, Kind.DATA_NOTED):
        names = ", ".join(f"{one['kind']} {one['name']}" for one in content["declarations"])
        return f"{names}: {content['reason']}" if kind is Kind.DATA_PROPOSED else f"{names}, as trainings had read them before"
    if kind is Kind.DATA_DECIDED:
        n_parts = len(content["declarations"])
        return f"{content['verdict']} {n_parts} of proposal {content['proposal'][:12]}: {content['reason']}"
    if kind is Kind.DELIVERED:
        days = [one["day"] for one in content["days"]]
        if not days:
            return f"{len(content['earlier'])} days of scores from before deliveries came to the log"
        return f"scores of {len(days)} days, {days[0]} to {days[-1]}" if days[1:] else f"scores of {days[0]}"
    return str(content.get("reason") or _of_days(kind, content))


def _of_days(kind: Kind, content: Mapping[str, Any]) -> str:
    """What is said by records for which nobody gives a reason."""
    if kind is Kind.RETENTION:
        return f"{', '.join(sorted({one['table'] for one in content['ended']}))}: days past the time for which they are kept"
    if kind is Kind.ACCESS_AUDITED:
        return f"access in {content['month']}: {content['remark']}"
    return f"entry {content['number']} of the ledger of people" if kind is Kind.PERSON_DECIDED else ""
