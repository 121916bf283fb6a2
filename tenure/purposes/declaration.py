"""What people sign of a purpose and of a source: everything that matters of it, in words, and its digest.

A change of it is another digest, and is asked for again. Of a source it is the contract and what is said of it: where its files
lie, how many rows are usual and how a number is bounded are no matter of approval.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from tenure.canonical import check_text, encode, sha256
from tenure.consent.declared import Consents, several
from tenure.consent.recorded import RECORDED, source_of_recorded
from tenure.contracts import Column, Files, Source
from tenure.purposes.declared import Purpose

NOT_SAID = "not said"
AS_SOURCES = "as long as each source says"
# What people type, as messages name it.
PROPOSE, APPROVE = "tenure data propose --reason '…'", "tenure data approve --reason '…'"


class DataKind(StrEnum):
    """What is approved."""

    PURPOSE = "purpose"
    SOURCE = "source"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a declaration says about one thing; several where it lists them."""

    about: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A purpose or a source of a project, as people approve it."""

    kind: DataKind
    name: str
    says: tuple[Said, ...]

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        check_text("a name", self.name)
        abouts = [each.about for each in self.says]
        if not abouts or len(set(abouts)) < len(abouts):
            raise ValueError("expected a declaration to say something, each thing once")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its canonical bytes, in lower-case hex: what a signature is over."""
        return sha256(encode(self))

    @property
    def is_source(self) -> bool:
        """Whether it is of a source."""
        return self.kind is DataKind.SOURCE

    @property
    def called(self) -> str:
        """How a sentence names it."""
        return f"the {self.kind} {self.name!r}"

    def about(self, what: str) -> tuple[str, ...]:
        """What it says about one thing; nothing where it does not."""
        return next((each.words for each in self.says if each.about == what), ())


@dataclass(frozen=True, kw_only=True)
class Change:
    """What another declaration of the same name says otherwise: old beside new, of lists only what differs."""

    about: str
    before: tuple[str, ...]
    now: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """As a line."""
        before, now = ("; ".join(words) or "nothing" for words in (self.before, self.now))
        return f"{self.about}: {before} -> {now}"


def of_purpose(purpose: Purpose, consents: Consents | None) -> Declaration:
    """A purpose as people approve it: all of it, and by what it is told whose data it leaves out, where that is declared."""
    kept = AS_SOURCES if purpose.kept_days is None else _days(purpose.kept_days)
    return Declaration(
        kind=DataKind.PURPOSE,
        name=purpose.name,
        says=(
            Said(about="what for", words=(purpose.why,)),
            Said(about="basis", words=(str(purpose.basis or NOT_SAID),)),
            Said(about="categories", words=purpose.categories),
            Said(about="columns", words=purpose.columns),
            Said(about="kept", words=(kept,)),
            Said(about="seen by", words=purpose.seen_by or (NOT_SAID,)),
            Said(about="direct marketing", words=("yes" if purpose.is_direct_marketing else "no",)),
            *(() if consents is None else (Said(about="consent", words=tuple(_consents(consents))),)),
        ),
    )


def of_source(source: Source) -> Declaration:
    """A source as people approve it: what it holds, why, from whom, for how long, and its contract."""
    return Declaration(
        kind=DataKind.SOURCE,
        name=source.name,
        says=(
            Said(about="holds", words=(source.grain,)),
            Said(about="what for", words=(source.why or NOT_SAID,)),
            Said(about="from whom", words=(source.from_whom or NOT_SAID,)),
            Said(about="kept", words=("as long as the home" if source.kept_days is None else _days(source.kept_days),)),
            Said(about="owner", words=(source.owner,)),
            Said(about="key", words=source.key),
            Said(about="known", words=tuple(_known(source))),
            Said(about="columns", words=tuple(_column(column) for column in source.columns)),
            Said(about="left unread", words=source.unread),
            Said(about="set aside", words=tuple(f"{one.name}: {one.condition}" for one in source.set_aside)),
            Said(about="rules", words=tuple(f"{rule.name}: {rule.keeps}" for rule in source.rules)),
        ),
    )


def is_own(source: Source) -> bool:
    """Whether a source is Tenure's own, of what people say by command: an objection waits for no approval of where it is kept."""
    if source.name != RECORDED:
        return False
    own, read_by = replace(source_of_recorded(), clocks=source.clocks), source.reader
    if not isinstance(read_by, Files) or not isinstance(own.reader, Files):
        return False
    # A company that was read from its folder has its files below that.
    is_placed = f"/{read_by.pattern}".endswith(f"/{own.reader.pattern}")
    return is_placed and replace(source, reader=replace(read_by, pattern=own.reader.pattern)) == own


def changes(before: Declaration, now: Declaration) -> tuple[Change, ...]:
    """Everything that two declarations of one name say otherwise."""
    return tuple(
        Change(
            about=about,
            before=tuple(word for word in old if word not in new) if set(old) != set(new) else old,
            now=tuple(word for word in new if word not in old) if set(old) != set(new) else new,
        )
        for about in dict.fromkeys(each.about for each in (*before.says, *now.says))
        if (old := before.about(about)) != (new := now.about(about))
    )


def _consents(consents: Consents) -> Iterator[str]:
    """Where it is told what people consented or objected to, and which words mean what."""
    yield f"told by {consents.source}" if consents.source else "told by command alone"
    parts = (("said", consents.did), ("consent strings of the IAB", consents.tcf), ("purpose", consents.purpose))
    for part, column in (*parts, ("when", consents.happened), ("evidence", consents.evidence)):
        if column:
            yield f"{part}: column {column}"
    for said, words in consents.said:
        if words:
            yield f"{said.value}: {', '.join(sorted(map(repr, words)))}"
    for word, names in sorted(consents.purposes.items()):
        yield f"{word!r} is of {', '.join(sorted(several(names)))}"
    yield f"who withdrew leaves earlier days of training: {'yes' if consents.leaves_training else 'no'}"


def _known(source: Source) -> Iterator[str]:
    """When a row became known, and of which moment it tells."""
    yield source.available.value
    if source.event_time:
        yield f"{source.event_time} says when"


def _column(column: Column) -> str:
    """One column, as the company names it and as models do."""
    made = f", made of {column.derived_by}" if column.derived_by else ""
    named = f" ({column.source_name})" if column.source_name != column.name else ""
    return f"{column.name}{named}: {column.dtype.__name__}, {column.personal}, {column.meaning or NOT_SAID}{made}"


def _days(days: int) -> str:
    """So many days."""
    return f"{days} day{'s' * (days != 1)}"
