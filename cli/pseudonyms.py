"""Pseudonyms: `tenure pseudonyms resolve` says for whom one stands, and `rotate` puts another key in the place of theirs."""

from collections.abc import Callable
from typing import Annotated

import pyarrow as pa
import typer

from cli.passphrases import person_key, resolver_id
from cli.person_named import ASKS, read_id
from cli.places import ProjectName, open_workplace, say
from governance.records.signing import public_bytes
from governance.rules.resolving import check_may_resolve
from home.looked_up import note_handing_out, note_look
from home.pseudonyms import AS_RECEIVED, id_in_lake, pseudonyms_of, resolving
from home.workplace import Workplace
from tenure.errors import PseudonymError

StaffId = Annotated[str | None, typer.Option("--as", help="Your staff id, of a reviewer or an auditor.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Pseudonyms: what stands in the place of ids in the lake.")
    group.command("resolve")(resolve)
    group.command("rotate")(rotate)
    app.add_typer(group, name="pseudonyms")


def resolve(
    pseudonym: Annotated[str, typer.Argument(help=f"A pseudonym, or a raw id for its pseudonym; {ASKS}", callback=read_id)],
    staff_id: StaffId = None,
    project: ProjectName = None,
) -> None:
    """Say what a pseudonym stands for, or which one a customer has; it is kept who asked."""
    workplace = open_workplace(project)
    who = may_resolve(workplace, staff_id)
    customer_id = id_in_lake(workplace, pseudonym)
    note_look(workplace, "tenure pseudonyms resolve", customer_id, by=f"{who} (of this machine)", is_resolved=True)
    meant = pseudonyms_of(workplace).meant(customer_id)
    if meant is not None and meant[1] == pseudonym.removeprefix(AS_RECEIVED):
        say(customer_id)
        return
    if meant is None:
        raise PseudonymError("That is neither a pseudonym of this company nor the id of a customer who was told of.")
    say(f"{meant[0]}: {meant[1]}")


def rotate(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is done.")] = False, project: ProjectName = None
) -> None:
    """Put another key in the place of the one of the pseudonyms, and destroy that; pseudonyms that were given stay."""
    workplace = open_workplace(project)
    _require(workplace)
    if not yes:
        typer.confirm("Archives of keys of before hold the old key until they are deleted. Put another in its place?", abort=True)
    n = pseudonyms_of(workplace).rotate()
    say(f"The old key is destroyed. {n:,} pseudonyms stay as they are; whoever comes from now on has one of the new key.")
    say("Back up the keys now (tenure backup FILE --keys FILE): an archive of before cannot tell who comes after it.")


def allowed(workplace: Workplace, staff_id: str | None, what: str, *, n_people: int) -> Callable[[pa.Table], pa.Table]:
    """What resolves ids, for somebody who may; it is kept that they were handed so many.

    Raises
    ------
    RefusedError: for whoever may not. PseudonymError: where the company has no pseudonyms, or their key is lost.
    """
    who = may_resolve(workplace, staff_id)
    pseudonyms_of(workplace).entries()  # says that the key is lost, if it is
    note_handing_out(workplace, what, n_people, resolved_by=who)
    resolved = resolving(workplace)
    if resolved is None:
        raise AssertionError("a map that could be read cannot be")
    return resolved


def may_resolve(workplace: Workplace, staff_id: str | None) -> str:
    """Who asks for ids as received, once their key shows that they may.

    Raises
    ------
    RefusedError: for whoever may not. PseudonymError: where the company has no pseudonyms.
    """
    _require(workplace)
    who = resolver_id(workplace, staff_id)
    key = person_key(workplace.settings, who)
    check_may_resolve(workplace.promotions.ledger().root, who, public_bytes(key), workplace.clock())
    return who


def _require(workplace: Workplace) -> None:
    if workplace.project.pseudonyms is None:
        raise PseudonymError(
            f"Project {workplace.project.name!r} has no pseudonyms: its ids are those that it received. A company asks for "
            "them by pseudonyms=Pseudonyms() in its project.py, before its first day lands."
        )
