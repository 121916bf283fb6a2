"""From one person to a bank: `tenure trust move`, and what is said of the level that a trust root keeps.

What each level asks is `governance/doors/levels.py`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.passphrases import RootKeysOpen
from cli.places import ProjectName, open_workplace, say
from cli.trust_keys import all_or_nothing, new_root_keys
from cli.trust_signing import RootKeys, put_in_force
from governance.doors.levels import USUAL, above, moved
from governance.doors.trust_roots import Person, people_named
from governance.records.signing import public_bytes
from governance.records.trust_root import TrustRoot
from governance.rules.levels import lacking_to_full, level_of
from home.trusted import together
from home.workplace import Workplace
from tenure.errors import SpecError
from tenure.levels import Level

Named = Annotated[list[str] | None, typer.Option("--reviewer", help="STAFF_ID=PUBLIC_KEY, or STAFF_ID of who is there.")]
Asking = Annotated[list[str] | None, typer.Option("--engineer", help="The same, of who may ask for training.")]


def move(
    level: Annotated[Level, typer.Argument(help="one person, two people, or the full ceremony.")],
    reviewers: Named = None,
    engineers: Asking = None,
    leaving: Annotated[list[str] | None, typer.Option("--leaves", help="STAFF_ID of who leaves; may be repeated.")] = None,
    quorum: Annotated[int | None, typer.Option(min=1, help="Reviewers who must approve; by default what the level asks.")] = None,
    holders: Annotated[
        list[str] | None, typer.Option("--root-holder", help="NAME=PUBLIC_KEY of a root key that its holder made and keeps.")
    ] = None,
    threshold: Annotated[int | None, typer.Option(min=1, help="How many root keys sign the next trust root.")] = None,
    down: Annotated[bool, typer.Option("--down", help="To a level that asks less; the higher one signs.")] = False,
    root_keys: RootKeys = None,
    project: ProjectName = None,
) -> None:
    """Sign a trust root at another level: what serves goes on serving, and what is promoted from then on keeps the new one."""
    workplace = open_workplace(project)
    root, name = workplace.promotions.ledger().root, workplace.project.name
    if (higher := above(root, level)) and not down:
        raise SpecError(
            f"The level of {level.called} asks less than that of {higher.called}, which is kept: {level.meaning}. "
            "Cards will say so. To move down all the same, say --down."
        )
    people = _people(root, reviewers or (), engineers or ())
    _, n_root_keys, usual_threshold = USUAL[level]
    folder = root_keys or workplace.settings.keys / "root"
    with all_or_nothing(folder):
        made = {} if holders else _root_keys(workplace, root, level, n_root_keys, folder)
        named = [one.public_key for one in people_named(holders or (), ())]
        draft = moved(
            root,
            level,
            project=name,
            people=people,
            leaving=leaving or (),
            quorum=quorum,
            holders=tuple(named) or tuple(public_bytes(key).hex() for key in made.values()),
            threshold=threshold or usual_threshold,
            now=workplace.clock(),
        )
    put_in_force(workplace, draft, root_keys, made)
    say_of_level(workplace, draft)
    say("  What serves goes on serving until its review; what was trained before waits for nobody, if the policy is another now.")


def say_of_level(workplace: Workplace, root: TrustRoot) -> None:
    """Which level a trust root keeps for the company, what keeps it from the highest, and which keys lie together."""
    name = workplace.project.name
    level = level_of(root, name)
    say(f"  {name} is governed at the level of {level.in_words}.")
    if level is Level.ONE:
        say("  when somebody joins: tenure trust move two --reviewer STAFF_ID=PUBLIC_KEY --engineer STAFF_ID=PUBLIC_KEY")
        return
    if level is Level.TWO:
        say(f"  the full ceremony asks for {'; '.join(lacking_to_full(root, name))}: tenure trust move full")
    for words in together(workplace, root):
        say(f"  {words}")


def _people(root: TrustRoot, reviewers: Sequence[str], engineers: Sequence[str]) -> tuple[Person, ...]:
    """People as they are named; who is in the trust root needs no key."""
    known = {one.staff_id: one.public_key for one in root.staff}
    keyed = ([text if "=" in text else f"{text}={known.get(text, '')}" for text in named] for named in (reviewers, engineers))
    return people_named(*keyed)


def _root_keys(workplace: Workplace, root: TrustRoot, level: Level, n_root_keys: int, folder: Path) -> RootKeysOpen:
    """The root keys of the level, open; none where those there are do for it."""
    return {} if level is Level.ONE or root.threshold >= 2 else new_root_keys(workplace.settings, folder, n_root_keys)
