"""Where a company's events of consent stand, and what they mean in its words.

`Consents("consents", purpose="purpose", did="event", given="granted", withdrawn="revoked")` stands in a company's `project.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace

from tenure.consent.rule import Said
from tenure.consent.tcf import PURPOSES
from tenure.contracts import Source
from tenure.errors import SpecError

Words = str | tuple[str, ...]


@dataclass(frozen=True)
class Consents:
    """Where consent is told, in one sentence; a company without such a source says `Consents()` and records by command.

    Words are compared without regard to case and blanks around. A word that is none of those declared counts as an objection:
    whoever objects in other words than those foreseen is not passed over.

    Parameters
    ----------
    source: the source whose rows tell it. It is read for consent; a feature reads it only where one is declared on it.
    did: the column that says what was said.
    given, withdrawn, objected, objection_withdrawn, objection_refused: the words of that column, one or several of each.
    purpose: the column that names the purpose, in the names of the project's purposes or in words that `purposes` explains.
    purposes: for a word of that column the purposes that it stands for; where no column says it, those of every row under "".
    happened: the column that says when; by default the source's event time, or when a row was received.
    evidence: the column with a reference to where it is written down.
    tcf: instead of `did` and its words, the column with a consent string of the IAB (`tcf.py`); `purposes` then says for a number
        of its purposes which of the project's it is, as in {"3": "letters"}. One that has several needs them all.
    leaves_training: whether whoever withdrew or objected by the day of training leaves its earlier snapshots too. By default each
        snapshot counts who had consented on its day, as known then (`docs/decisions/` says why).
    """

    source: str = ""
    _: KW_ONLY
    did: str = ""
    given: Words = ()
    withdrawn: Words = ()
    objected: Words = ()
    objection_withdrawn: Words = ()
    objection_refused: Words = ()
    purpose: str = ""
    purposes: Mapping[str, Words] = field(default_factory=dict)
    happened: str = ""
    evidence: str = ""
    tcf: str = ""
    leaves_training: bool = False

    def __post_init__(self) -> None:
        """Refuse a sentence that says nothing, or one word twice."""
        if self.tcf:
            self._check_tcf()
            return
        if self.source and not (self.did and self.words):
            raise SpecError(
                f"Consents from {self.source!r} do not say how they are read; expected did= with the column that says what was "
                'said, and its words, such as given="yes" and withdrawn="no".'
            )
        said = [word for _, words in self.said for word in words]
        if twice := sorted({word for word in said if said.count(word) > 1}):
            raise SpecError(f"Consents from {self.source!r} give the word {twice[0]!r} two meanings; expected one.")
        if self.source and bool(self.purpose) == ("" in self.purposes):
            raise SpecError(
                f"Consents from {self.source!r} do not say of which purpose a row is; expected purpose= with a column, or "
                'purposes={"": "NAME"} where every row is of one.'
            )

    def _check_tcf(self) -> None:
        """Refuse consent strings beside words, and purposes that the framework does not number."""
        if not self.source or self.did or self.words or self.purpose:
            raise SpecError(
                f"Consents are read from strings in {self.tcf!r}; expected the source's name beside it, and neither did= nor "
                "words nor purpose=, for the string says what was said and of which purpose."
            )
        numbers = {str(number) for number in PURPOSES}
        if not self.purposes or set(self.purposes) - numbers:
            raise SpecError(
                f"Consents from strings name {sorted(self.purposes)}; expected purposes= by their numbers in the framework, such "
                'as {"3": "letters"}.'
            )

    @property
    def said(self) -> Iterator[tuple[Said, tuple[str, ...]]]:
        """What may be said, each with the company's words for it, in small letters."""
        for said in Said:
            yield said, tuple(word.strip().lower() for word in several(getattr(self, said.value)))

    @property
    def words(self) -> frozenset[str]:
        """All words that have a meaning."""
        return frozenset(word for _, words in self.said for word in words)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, beside the customer's id and what names a row."""
        return tuple(filter(None, (self.did, self.tcf, self.purpose, self.happened, self.evidence)))

    @property
    def named_purposes(self) -> frozenset[str]:
        """The purposes that it names itself."""
        return frozenset(name for words in self.purposes.values() for name in several(words))


def read_whole(source: Source, consents: Consents) -> Source:
    """A source as it is read: of that which tells consents no row may break a rule, unless it says how many may.

    A row in quarantine may be an objection; the day is then withheld, and nobody is scored until it is delivered again.
    """
    is_usual = source.max_quarantine_share == Source.max_quarantine_share
    return replace(source, max_quarantine_share=0.0) if source.name == consents.source and is_usual else source


def several(words: Words) -> tuple[str, ...]:
    """One word or several."""
    return (words,) if isinstance(words, str) else words
