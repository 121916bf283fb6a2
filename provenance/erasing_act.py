"""An act of erasing, as it is written down until it is done, and what of it is entered in the log.

It names ids, for it may have to be finished by another process; its records name nobody.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from adapters.lake_rewriting import Rewriting
from governance.records.erasure import Emptied, Erasure, LearntFrom, Rewritten
from home.workplace import Workplace
from tenure.canonical import encode, moment

# Of what an act says, so much fits into one record of the log.
_MOST_LETTERS = 400_000


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A receipt that is to name other bytes: where it stands below the raw store, and the new one."""

    path: str
    receipt: str
    old: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Act:
    """What is to be done, and what of it an erasure says; `envelopes` are the digests of its records once they are signed.

    `received` are the ids as the bytes received have them, where the lake has pseudonyms: once these are erased, nobody can tell.
    `pseudonyms` stand in rows that go: the map lets go of those that no other row has.
    `is_put_first`: it is put in its place before anybody signs, for it was erased already and an older backup brought it back.
    """

    n_people: int
    ids: tuple[str, ...]
    reason: str
    tables: Mapping[str, Rewriting]
    receipts: tuple[Moved, ...]
    rewritten: tuple[Rewritten, ...]
    emptied: tuple[Emptied, ...]
    learnt_from: tuple[LearntFrom, ...]
    envelopes: tuple[str, ...] = ()
    counts: Mapping[str, int]
    is_put_first: bool = False
    received: tuple[str, ...] = ()
    pseudonyms: tuple[str, ...] = ()

    @property
    def ids_received(self) -> frozenset[str]:
        """The ids by which bytes received are searched."""
        return frozenset(self.received or self.ids)

    def as_json(self) -> str:
        """As it is written down until it is done."""
        return json.dumps(asdict(self), default=date.isoformat)

    @classmethod
    def from_json(cls, text: str) -> "Act":
        """Read it back."""
        from pydantic import TypeAdapter

        return TypeAdapter(cls).validate_json(text)


def act_as_records(act: Act, workplace: Workplace, signers: Collection[str]) -> list[Erasure]:
    """What an act says, in records none of which is too long."""
    parts, n_letters = list[list[Rewritten | Emptied]]([[]]), 0
    for one in (*act.rewritten, *act.emptied):
        n_letters += len(encode(one))
        if n_letters > _MOST_LETTERS:
            parts, n_letters = [*parts, []], len(encode(one))
        parts[-1].append(one)
    return [
        Erasure(
            installation=workplace.promotions.origin,
            project=workplace.project.name,
            n_people=act.n_people if nth == 0 else 0,
            rewritten=tuple(one for one in part if isinstance(one, Rewritten)),
            emptied=tuple(one for one in part if isinstance(one, Emptied)),
            learnt_from=act.learnt_from if nth == 0 else (),
            reason=act.reason,
            identities=tuple(sorted(signers)),
            issued=moment(workplace.clock()),
        )
        for nth, part in enumerate(parts)
    ]
