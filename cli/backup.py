"""Keeping a home safe: `tenure backup` and `tenure restore`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from adapters.settings import Settings, load_settings
from cli.places import open_settings, say
from cli.progress import at_work
from governance.stores.tombstones import FOLDER, Tombstones
from home.pseudonyms import keys_that_lack
from home.workplace import utc_now
from tenure.errors import ErasureError

KeysFile = Annotated[Path | None, typer.Option("--keys", help="A second file, for the private keys; best kept elsewhere.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(file: Annotated[Path, typer.Argument(help="The file to write, best on another disk.")], keys: KeysFile = None) -> None:
    """Write the store, log, lake, raw batches, receipts and all else that cannot be made again into one file; people may work."""
    from home.backup import back_up, back_up_keys

    settings = open_settings()
    with at_work(f"Backing up {settings.home}"):
        packed = back_up(settings, file, now=utc_now())
    say(f"{packed.n_files:,} files, {packed.n_bytes / 1e6:,.1f} MB in {file}. Not in it: {'; '.join(packed.left_out)}.")
    if keys is not None:
        n_keys = back_up_keys(settings, keys, now=utc_now())
        say(f"{n_keys} files with private keys and passwords in {keys}. Keep it apart: whoever has it signs as the services.")


def restore(file: Annotated[Path, typer.Argument(help="A file that tenure backup wrote.")], keys: KeysFile = None) -> None:
    """Make the home at TENURE_HOME, where none is yet, from a backup; every byte is held against what was backed up."""
    from home.backup import restore as again

    settings = load_settings()
    with at_work(f"Restoring {settings.home}"):
        before = again(settings, file, keys)
    say(f"Restored {settings.home}. `tenure verify` proves the log and holds the scored days against it; reports and the")
    say("history of runs are made anew.")
    for line in taken_out_again(settings):
        say(line)
    for line in keys_that_lack(settings):
        say(line)
    for line in left_to_do(before, has_keys=settings.keys.exists() and any(settings.keys.iterdir())):
        say(line)


def taken_out_again(settings: Settings) -> Iterator[str]:
    """Take out who was erased since the backup was made, before anybody uses the home; say what that leaves to be done."""
    from home.opened import open_companies
    from provenance.erasing import erase_again, finish_unfinished
    from provenance.holdings import all_ids
    from provenance.kept_out import back_again

    if not (settings.keys / FOLDER).is_dir():
        return
    opened = open_companies(settings)
    for name, workplace in opened.workplaces.items():
        with at_work(f"Looking for erased people in {name}"):
            try:
                # What had been begun when the backup was made is ended first: it may set tombstones of its own.
                is_ended = finish_unfinished(workplace)
                ids = back_again(workplace)
                if ids:
                    erase_again(workplace, all_ids(workplace, ids, may_be_unknown=True))
            except ErasureError as error:
                yield f"{name}: {error} Then restore this backup once more, for it may hold others who were erased."
                continue
        if is_ended:
            yield f"{name}: an erasure that had been begun when the backup was made is ended."
        if ids:
            yield f"{name}: {len(ids)} ids of people who were erased since came back with it, and were taken out again."
        if workplace.lake.guard.is_unfinished:
            yield f"  Reviewers sign for it before anything is written: tenure erase --again --project {name} --as ID."
    for name in opened.refused:
        if Tombstones(settings.keys, name).n_stones:
            yield (
                f"{name}: people were erased, and its folder cannot be read here: they may be back. Correct it (tenure check), "
                "then restore again before the home is used."
            )


def left_to_do(before: Mapping[str, str], *, has_keys: bool) -> Iterator[str]:
    """What a restored home leaves to its environment: the settings of before, and keys where there are none."""
    said = "these were set:" if before else "none was set."
    yield f"Settings are the environment's; when the backup was made, {said}"
    for name, value in before.items():
        yield f"  {name}={value}"
    if not has_keys:
        yield "There are no private keys here: whatever signs is refused until they are restored (--keys)."
