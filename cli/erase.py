"""Erasing people: `tenure erase`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from adapters.whole_files import write_whole
from cli.passphrases import person_key, reviewer_id
from cli.person_named import person as named
from cli.person_named import read_id
from cli.places import ProjectName, open_workplace, say
from cli.progress import at_work
from cli.requests import Received, day_of
from home.asked_for import check_came, note_done
from home.own_keys import ENTERING, require_keys
from home.pseudonyms import ids_received
from tenure.errors import ErasureError
from tenure.people.requests import Asks

# Fewer signs are met within other words by chance.
_TELLING = 4
Reason = Annotated[str, typer.Option(help="Why, in one line; it is signed, and must name nobody.")]
StaffIds = Annotated[
    list[str] | None, typer.Option("--as", help="The staff id of a reviewer who signs for it; once for each of them.")
]
Person = Annotated[str | None, typer.Option(help="An id of the person; `-` reads it from the terminal or a pipe.")]
Persons = Annotated[Path | None, typer.Option(help="A file of ids, one a line, of people who are erased at once.")]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(erase)


def erase(
    person: Person = None,
    persons: Persons = None,
    reason: Reason = "",
    staff_ids: StaffIds = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say where the person is, in figures.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Finish what was begun and not ended.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is done.")] = False,
    receipt: Annotated[
        Path | None, typer.Option(help="Where to write what is handed to the person; a name without ending.")
    ] = None,
    received: Received = None,
    project: ProjectName = None,
) -> None:
    """Take a person out of everything that the home keeps, in every version; as many reviewers sign as for a promotion."""
    from provenance.erasing import erase as act_on
    from provenance.erasing import finish_unfinished
    from provenance.erasure_words import found_in_words, nobody_in_words, receipt_of
    from provenance.holdings import all_ids, holdings

    workplace, came = open_workplace(project), day_of(received)
    check_came(workplace, came)
    asked = list(dict.fromkeys(named(workplace, one) for one in _asked(person, persons)))
    if again and not asked:
        signers = {name: person_key(workplace.settings, name) for name in staff_ids or []}
        with at_work("Ending what was begun"):
            is_done = finish_unfinished(workplace, signers=signers)
        say("An erasure that was begun is ended." if is_done else "No erasure waits to be ended.")
        return
    if not asked:
        raise ErasureError("Say who is to be erased: --person ID, or --persons FILE with an id a line.")
    ids = all_ids(workplace, asked)
    _check_reason(reason, ids | ids_received(workplace, ids))
    people = {all_ids(workplace, [one]) for one in asked}
    n_people = len(people)
    if dry_run or not yes:
        with at_work("Looking where they are"):
            held = holdings(workplace, ids)
        if held.is_empty:
            raise ErasureError(nobody_in_words(workplace, asked))
        for line in found_in_words(workplace, held, n_people=n_people):
            say(line)
        if dry_run:
            return
        typer.confirm("Nothing of this can be brought back. Erase?", abort=True)
    require_keys(workplace, ENTERING)
    names = staff_ids or [reviewer_id(workplace, None)]
    signers = {name: person_key(workplace.settings, name) for name in names}
    with at_work("Erasing"):
        done = act_on(workplace, ids, n_people=n_people, reason=reason, signers=signers)
    if yes:
        for line in found_in_words(workplace, done.held, n_people=n_people, is_entered=True):
            say(line)
    for one in people:
        note_done(workplace, Asks.ERASURE, one, received=came, record=done.records[0])
    told, words = receipt_of(workplace, done)
    target = receipt or workplace.settings.reports / workplace.project.name / "erasures" / f"{done.records[0]}"
    write_whole(target.with_suffix(".json"), json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    write_whole(target.with_suffix(".txt"), words)
    say(f"Erased, as record {done.records[0]} of the log says. For the person: {target.with_suffix('.txt')} and .json beside it.")


def _asked(person: str | None, persons: Path | None) -> list[str]:
    """The ids that a person named, each once."""
    if persons is not None:
        try:
            lines = persons.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise ErasureError(f"Expected a file of ids at {persons}, one a line, in UTF-8; it cannot be read.") from None
    else:
        lines = [read_id(person or "")]
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _check_reason(reason: str, ids: frozenset[str]) -> None:
    """Refuse a reason that would name in the log for ever who is erased."""
    from provenance.holdings import as_words

    if as_words(ids).search(reason) or any(len(one) >= _TELLING and one in reason for one in ids):
        raise ErasureError("The reason names an id, and would stand in the log for ever. Say why without it.")
