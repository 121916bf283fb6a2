"""Keeping what lies in a home encrypted: `tenure encryption`."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.at_rest import at_rest
from adapters.installation_keys import new_key
from adapters.settings import load_settings
from adapters.whole_files import make_folder, write_new, write_whole
from cli.passphrases import person_key, reviewer_id
from cli.places import ProjectName, open_settings, open_workplace, say
from cli.progress import at_work
from home.own_keys import ENTERING, require_keys
from tenure.errors import EncryptionError, SpecError


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Encryption of what lies in a home, under a key that lies elsewhere.")
    for name, command in (("new-key", new), ("begin", begin), ("status", status), ("rotate", rotate)):
        group.command(name)(command)
    group.command("open")(open_file)
    group.command("end-source")(end_source)
    app.add_typer(group, name="encryption")


def new(out: Annotated[Path, typer.Option(help="A new file for the key, outside of the home, best on another disk.")]) -> None:
    """Make an installation key. Keep a copy of it elsewhere: without it nothing that is encrypted can be opened by anybody."""
    if out.resolve().is_relative_to(load_settings().home.resolve()):
        raise EncryptionError(
            f"{out} lies in the home that the key is to close, and would be copied with it. Name another place."
        )
    make_folder(out.parent)
    try:
        write_new(out, f"{new_key()}\n")
    except FileExistsError:
        raise EncryptionError(f"There is a file at {out} already, which may be a key. Name another.") from None
    say(f"A new key is in {out}. Set TENURE_ENCRYPTION_KEY_FILE={out.resolve()}, and keep a copy of it elsewhere:")
    say("whoever loses it loses what is encrypted, backups with it.")


def begin() -> None:
    """Encrypt what is written from now on and what lies there; begun again it ends what a killed process left."""
    from home.encrypting import begin as encrypt
    from home.encrypting import in_words

    settings = open_settings()
    with at_work("Encrypting what lies there"):
        n = encrypt(settings)
    if n:
        say(f"{n:,} files that were plain are encrypted now. Disks may keep the old bytes, and older backups hold them: where")
        say("that counts, begin in a home on a new or encrypted file system.")
    for line in in_words(settings):
        say(line)


def status() -> None:
    """Say which parts of the home are encrypted and which are not."""
    from home.encrypting import NEVER, in_words

    lines = list(in_words(open_settings()))
    for line in lines or ["Encryption was not begun: nothing is encrypted. tenure encryption begin", *NEVER[:1]]:
        say(line)


def rotate() -> None:
    """Wrap all data keys by the first of the installation's keys; files stay as they are."""
    settings = open_settings()
    keys = at_rest(settings).keys
    if keys is None or not keys.is_begun:
        raise EncryptionError("Encryption was not begun in this home. tenure encryption begin")
    n = keys.wrap_anew()
    first, *earlier = settings.encryption.keys(home=settings.home)
    say(f"{n} data keys are wrapped anew; all are wrapped by {first.name} now.")
    if earlier:
        say("The other keys open nothing of this home any more. Backups and exports of before need them: keep them for those.")


def open_file(
    file: Annotated[Path, typer.Argument(help="An export or an archive that was written encrypted.")],
    out: Annotated[Path, typer.Option(help="A new file for the plain bytes.")],
) -> None:
    """Write an encrypted export or archive as plain bytes."""
    if out.exists():
        raise SpecError(f"There is a file at {out} already; name another.")
    write_whole(out, at_rest(load_settings()).parts(file))
    say(f"{out} holds it as plain bytes, closed to other accounts. Delete it once it was handed on.")


def end_source(
    source: Annotated[str, typer.Argument(help="The source whose batches nobody shall read any more.")],
    reason: Annotated[str, typer.Option(help="Why, in one line; it is signed, and must name nobody.")],
    staff_ids: Annotated[
        list[str] | None, typer.Option("--as", help="The staff id of a reviewer who signs for it; once for each of them.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask once more.")] = False,
    project: ProjectName = None,
) -> None:
    """Empty the batches of a source and destroy its data keys: copies in backups are readable by nobody any more, either.

    As many reviewers sign as for a promotion.
    """
    from home.encrypting import check_can_end
    from provenance.ending_source import end_source as act_on

    workplace = open_workplace(project)
    check_can_end(workplace.settings, workplace.project.name, source)
    if not yes:
        typer.confirm(f"Nothing of this can be brought back. End {source} of {workplace.project.name}?", abort=True)
    require_keys(workplace, ENTERING)
    names = staff_ids or [reviewer_id(workplace, None)]
    signers = {name: person_key(workplace.settings, name) for name in names}
    with at_work(f"Ending {source}"):
        ended = act_on(workplace, source, reason=reason, signers=signers)
    at = f", as record {ended.records[0]} of the log says" if ended.records else ""
    say(f"{ended.n_batches:,} receipts of {source} name nothing any more{at}; {ended.n_keys} data keys are destroyed.")
    say("What validation made of its batches stands in the lake still. A backup of before holds the keys, wrapped: who has")
    say("one and the installation's key can open what it holds.")
