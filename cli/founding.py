"""Who approves, as `tenure init` sets it up: one person, two, the full ceremony, or later.

What each level asks is `governance/doors/levels.py`; the trust root itself is made by `trust.py`.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import typer

from cli import trust
from cli.data import decide
from cli.places import open_workplace, say
from cli.trust_keys import all_or_nothing, own_key
from governance.doors.levels import USUAL
from governance.doors.trust_roots import people_named
from governance.records.approval import Verdict
from tenure.errors import SpecError
from tenure.levels import Level
from tenure.purposes.declaration import APPROVE, PROPOSE

ME = "owner-1"


class Governance(StrEnum):
    """What may be set up at once; `LATER` makes no key."""

    ONE = "one"
    TWO = "two"
    FULL = "full"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Founding:
    """Who shall approve: the level, one's own staff id, and the others as STAFF_ID=PUBLIC_KEY; no level for later."""

    level: Level | None
    me: str
    reviewers: tuple[str, ...] = ()
    engineers: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse before anything is written what could not be made."""
        people_named([f"{self.me}={'ab' * 32}", *self.reviewers], self.engineers)
        needed = {Level.TWO: 1, Level.FULL: 2}.get(self.level, 0) if self.level else 0
        if len(self.reviewers) < needed:
            raise SpecError(
                f"The level of {(self.level or Level.ONE).called} takes {needed} reviewer{'s' * (needed > 1)} besides you, found "
                f"{len(self.reviewers) or 'none'}. Each makes a key (tenure keys new STAFF_ID) and tells you its public half: "
                "--reviewer STAFF_ID=PUBLIC_KEY. Or begin with --governance one, and move when they are there: tenure trust move."
            )


def asked_founding(
    governance: Governance | None,
    staff_id: str | None,
    *,
    reviewers: Sequence[str],
    engineers: Sequence[str],
    holders: Sequence[str],
    asks: bool,
) -> Founding:
    """Who shall approve, by flags or by answers at a terminal; else later, for a passphrase is a person's to choose."""
    is_asked = asks and sys.stdin.isatty()
    if governance is None and is_asked:
        governance = Governance(
            typer.prompt(
                "Who approves what is trained: one person, two, the full ceremony, or later?",
                type=Governance,
                default=Governance.ONE,
            )
        )
    makes_keys = governance not in (None, Governance.LATER)
    if makes_keys and is_asked and staff_id is None:
        staff_id = typer.prompt("Your staff id (a pseudonym, never a name)", default=ME)
    if governance in (Governance.TWO, Governance.FULL) and is_asked and not reviewers:
        reviewers = trust.asked()
    level = None if governance in (None, Governance.LATER) else Level(governance)
    return Founding(
        level=level, me=staff_id or ME, reviewers=tuple(reviewers), engineers=tuple(engineers), holders=tuple(holders)
    )


def found(folder: Path, wanted: Founding) -> None:
    """Make the trust root, or say how it is made."""
    if wanted.level is None:
        say(
            f"Nobody approves yet, and no key was made. One person: tenure trust init --alone {wanted.me} --project {folder}; "
            f"more: tenure trust init --help. Then approve what it holds and what for, before anything lands: {APPROVE}."
        )
        return
    workplace = open_workplace(str(folder))
    settings = workplace.settings
    if workplace.promotions.has_trust_root:
        say(f"This home has a trust root already, which is kept. To name {folder.name} in it, at the level of your choice:")
        say(f"  tenure trust move {wanted.level.value} --project {folder}")
        return
    say(f"Passphrases come next. Should you stop there, {folder.name} stands as it is written, and this goes on:")
    say(f"  tenure trust init --project {folder}" + (f" --alone {wanted.me}" if wanted.level is Level.ONE else ""))
    quorum, n_root_keys, threshold = USUAL[wanted.level]
    if wanted.level is Level.ONE:
        trust.init(project=str(folder), alone=wanted.me)
        _approve_data(folder, wanted.me)
        return
    with all_or_nothing(settings.keys):
        mine = f"{wanted.me}={own_key(settings, wanted.me)}"
        everybody = [mine, *wanted.reviewers]
        trust.init(
            project=str(folder),
            quorum=quorum,
            reviewers=everybody if wanted.level is Level.TWO else list(wanted.reviewers),
            engineers=everybody if wanted.level is Level.TWO else [mine, *wanted.engineers],
            holders=list(wanted.holders) or None,
            n_root_keys=n_root_keys,
            threshold=threshold,
        )
    say(f"Before anything lands, purposes and sources are approved: you propose ({PROPOSE}), reviewers approve.")


def _approve_data(folder: Path, me: str) -> None:
    """Approve in one's own name what was proposed of purposes and sources, and say so."""
    say(f"{me} approves the purpose and the sources as they are written; a change of them asks again.")
    decide(open_workplace(str(folder)), (), Verdict.APPROVE, "As init proposed them.", me)
