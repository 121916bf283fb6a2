"""Who is one person: `tenure people status`, `pairs`, `who`, and the decisions `merge`, `split`, `apart` and `undo`."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

import typer

from cli.passphrases import person_key, reviewer_id
from cli.person_named import ASKS, person, read_id
from cli.places import ProjectName, open_workplace, say
from home.looked_up import note_look
from home.workplace import Workplace
from provenance.people import OpenLedger, day_of_decision, end_begun, open_ledger
from provenance.people_decided import decide_signed
from provenance.people_seen import compared, standing
from provenance.people_signed import decisions_held
from tenure.errors import PeopleError
from tenure.people import deciding
from tenure.people.ledger import Did, Entry
from tenure.people.who_is import ids_of, who_is
from tenure.timeline import parse_day

Reason = Annotated[str, typer.Option(help="Why, in a sentence; it stays in the ledger.")]
StaffId = Annotated[str | None, typer.Option("--as", help="Your staff id; by default the only reviewer whose key is here.")]
Two = Annotated[list[str], typer.Argument(help="Two ids as in `customer_id`, or the number of one pair that waits.")]
Day = Annotated[
    str | None,
    typer.Option(help="The day from which it is known (YYYY-MM-DD), after the last one with features; by default tomorrow."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="People: which ids are one person, by rules and by decisions.")
    for command in (status, pairs, who, merge, split, apart, undo):
        group.command(command.__name__)(command)
    app.add_typer(group, name="people")


def status(project: ProjectName = None) -> None:
    """Say how many people there are, by which rules, what identifies nobody, and what was recorded last."""
    workplace = open_workplace(project)
    stands = standing(workplace, as_of=_known_until(workplace))
    say(f"As of {stands.as_of}: {stands.n_people:,} people of {stands.n_ids:,} ids.")
    rules = ", ".join(f"{n:,} by {rule}" for rule, n in sorted(stands.by_rule.items())) or "none"
    say(f"Merges that stand: {rules}. Splits: {stands.did.get('split', 0)}. Undone: {len(stands.undone)}.")
    for told in stands.told:
        say(f"{told.in_words}.")
    say(decisions_held(workplace).in_words)
    if stands.waits:
        say(f"Pairs that wait for a decision: {stands.waits}. `tenure people pairs` shows them.")
    for entry in stands.latest:
        say(f"  {_in_words(entry)}{' (undone)' if entry.number in stands.undone else ''}")


def pairs(most: Annotated[int, typer.Option(min=1, help="How many to show.")] = 10, project: ProjectName = None) -> None:
    """Show the pairs that wait for a decision, the likeliest first, both records masked: letters are a, digits 9."""
    workplace = open_workplace(project)
    waiting = deciding.waiting(open_ledger(workplace).ledger)
    for entry in waiting[:most]:
        say(_in_words(entry))
        for each in compared(workplace, (entry.customer_id or "", entry.with_id or "")):
            say(f"  {each.column}: {each.one or '–'} | {each.other or '–'}{'  equal' if each.is_equal else ''}")
    if not waiting:
        say("No pair waits for a decision.")
    else:
        say(f"{len(waiting)} wait. Decide: tenure people merge NUMBER (or apart NUMBER) --reason '...'")


def who(
    customer_id: Annotated[str, typer.Argument(help=f"An id as in `customer_id`; {ASKS}", callback=read_id)],
    day: Annotated[str | None, typer.Option(help="As of which day (YYYY-MM-DD); by default as known now.")] = None,
    project: ProjectName = None,
) -> None:
    """Say who an id is, as known before a day begins, and by which ids the company knows the person."""
    workplace = open_workplace(project)
    customer_id = person(workplace, customer_id)
    note_look(workplace, "tenure people who", customer_id)
    ledger, as_of = open_ledger(workplace).ledger, parse_day(day) if day else _known_until(workplace)
    if not ledger.knows(customer_id):
        raise PeopleError("No source that identifies told of that id yet, so it is a person by itself.")
    say(f"As of {as_of}: {who_is(ledger, customer_id, as_of)}")
    say(f"Ids: {', '.join(ids_of(ledger, customer_id, as_of))}")


def merge(two: Two, reason: Reason, staff_id: StaffId = None, day: Day = None, project: ProjectName = None) -> None:
    """Say that two ids are one person, from a day on."""
    workplace = open_workplace(project)
    opened = _opened(workplace)
    one, other = (person(workplace, each) for each in _two(opened, two))
    by, on = reviewer_id(workplace, staff_id), day_of_decision(workplace, day, ids=(one, other))
    _decide(workplace, opened, deciding.merge(opened.ledger, one, other, day=on, reason=reason, by=by))


def apart(two: Two, reason: Reason, staff_id: StaffId = None, day: Day = None, project: ProjectName = None) -> None:
    """Say that two ids are two people, whatever rules say later."""
    workplace = open_workplace(project)
    opened = _opened(workplace)
    one, other = (person(workplace, each) for each in _two(opened, two))
    by, on = reviewer_id(workplace, staff_id), day_of_decision(workplace, day, ids=(one, other))
    _decide(workplace, opened, deciding.keep_apart(opened.ledger, one, other, day=on, reason=reason, by=by))


def split(
    ids: Annotated[list[str], typer.Argument(help="The ids of a person that are somebody else.")],
    reason: Reason,
    staff_id: StaffId = None,
    day: Day = None,
    project: ProjectName = None,
) -> None:
    """Say that some ids of a person are somebody else, from a day on; what was known before stays."""
    workplace = open_workplace(project)
    opened, ids = _opened(workplace), [person(workplace, each) for each in ids]
    by, on = reviewer_id(workplace, staff_id), day_of_decision(workplace, day, ids=ids)
    entry = deciding.split(opened.ledger, ids, day=on, reason=reason, by=by)
    _decide(workplace, opened, entry, *deciding.kept_together(opened.ledger, entry))


def undo(
    number: Annotated[int, typer.Argument(help="The number of an entry that was wrong.")],
    reason: Reason,
    staff_id: StaffId = None,
    project: ProjectName = None,
) -> None:
    """Take an entry back: every day is as if it had never been, and rules do not find it again."""
    workplace = open_workplace(project)
    opened = _opened(workplace)
    _decide(workplace, opened, deciding.undo(opened.ledger, number, reason=reason, by=reviewer_id(workplace, staff_id)))


def _opened(workplace: Workplace) -> OpenLedger:
    """The ledger, to decide on; where a decision was begun it is ended instead, for this may be the same one, repeated."""
    ended = end_begun(workplace)
    if not ended:
        return open_ledger(workplace)
    for entry in ended:
        say(f"Entry {_in_words(entry)}. The log named it and the ledger lacked it; it is added now.")
    say("If that is not what you were about to decide, run the command again.")
    raise typer.Exit


def _decide(workplace: Workplace, opened: OpenLedger, *entries: Entry) -> None:
    """Sign a decision, record it, and say what follows."""
    decide_signed(workplace, opened, entries, person_key(workplace.settings, entries[0].by or ""))
    for entry in entries:
        say(f"Entry {entry.number}: {_in_words(entry)}.")
    say(f"Features from {entries[0].day} on follow it as they are made, or made again: the daily job and training do so.")


def _two(opened: OpenLedger, two: Sequence[str]) -> tuple[str, str]:
    """Two ids, or those of a pair that waits."""
    if len(two) == 1 and two[0].isdigit():
        return deciding.asked(opened.ledger, int(two[0]))
    if len(two) != 2:
        raise PeopleError(f"Expected two ids, or the number of one pair that waits; found {len(two)} words.")
    return two[0], two[1]


def _known_until(workplace: Workplace) -> date:
    """The last day of which anything is known: tomorrow, before which today ends; of a history its last."""
    return workplace.project.last_key or workplace.today + timedelta(days=1)


def _in_words(entry: Entry) -> str:
    """An entry without the ids that it is of."""
    by = f"by {entry.by}" if entry.by else "by likeness" if entry.did is Did.ESTIMATED else f"by {entry.rule}"
    probability = f", probability {entry.probability:.3f}" if entry.probability is not None else ""
    taken = entry.of if entry.did is not Did.ESTIMATED else ()
    of = f" of {', '.join(map(str, taken[:5]))}{' …' if len(taken) > 5 else ''}" if taken else ""
    return f"{entry.number} {entry.day} {entry.did}{of} {by}{probability}: {entry.reason}"
