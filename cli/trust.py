"""The trust root: `tenure trust init`, who is added, what is renewed, `next`, `show` and `witness`.

How its holders sign, together or apart, is `trust_signing.py`.
"""

import sys
from collections.abc import Sequence
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.places import ProjectName, open_workplace, say
from cli.trust_keys import all_or_nothing, new_root_keys, own_key
from cli.trust_levels import move, say_of_level
from cli.trust_signing import RootKeys, put_in_force, sign, sign_by_those_here
from governance.doors.levels import ALONE, USUAL
from governance.doors.trust_roots import (
    Person,
    draft_first_root,
    following,
    people_named,
    renewed,
    with_all_services,
    with_person,
)
from governance.records.signing import public_bytes
from governance.records.trust_root import DEMO_PREFIX, Role, TrustRoot
from governance.rules.ending import ending_keys
from governance.stores.signed_log import SignedLog
from home.workplace import Workplace
from tenure.errors import SpecError
from tenure.levels import Level
from tenure.purposes.declaration import APPROVE

StaffId = Annotated[str, typer.Argument(help="Pseudonymous staff id; never a person's name.")]
PublicKey = Annotated[str, typer.Argument(help="64 letters of hex, as tenure keys new printed them.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="The trust root: who may train, review, promote and keep the log.")
    group.command("init")(init_and_say_next)
    group.command("add-reviewer")(add_reviewer)
    group.command("add-engineer")(add_engineer)
    group.command("add-auditor")(add_auditor)
    group.command("add-services")(add_services)
    group.command("move")(move)
    group.command("renew")(renew)
    group.command("next")(next_version)
    group.command("sign")(sign)
    group.command("show")(show)
    group.command("witness")(witness)
    app.add_typer(group, name="trust")


def init(
    project: ProjectName = None,
    quorum: Annotated[int, typer.Option(min=1, help="How many different reviewers must approve a model of the project.")] = 2,
    reviewers: Annotated[
        list[str] | None, typer.Option("--reviewer", help="STAFF_ID=PUBLIC_KEY, as tenure keys new printed it; may be repeated.")
    ] = None,
    engineers: Annotated[
        list[str] | None, typer.Option("--engineer", help="STAFF_ID=PUBLIC_KEY of who may ask for training; may be repeated.")
    ] = None,
    holders: Annotated[
        list[str] | None,
        typer.Option("--root-holder", help="NAME=PUBLIC_KEY of a root key that its holder made and keeps; may be repeated."),
    ] = None,
    alone: Annotated[
        str | None,
        typer.Option("--alone", help="One staff id that trains and approves alone: a quorum of one, one root key. Cards say so."),
    ] = None,
    n_root_keys: Annotated[int, typer.Option("--n-root-keys", min=1, help="How many root keys to make.")] = 3,
    threshold: Annotated[int, typer.Option(min=1, help="How many of them sign the next trust root.")] = 2,
    root_keys: RootKeys = None,
) -> None:
    """Make the services' keys and trust root 1; begin the promotion log with it and pin its digest."""
    named = () if alone else people_named(reviewers or asked(), engineers or ())
    if alone:
        quorum, n_root_keys, threshold = USUAL[Level.ONE]
    n_holders = len(holders) if holders else n_root_keys
    if threshold > n_holders:
        raise SpecError(
            f"Expected a threshold of at most the {n_holders} root keys, found {threshold}. Name a smaller --threshold."
        )
    workplace = open_workplace(project)
    settings = workplace.settings
    folder = root_keys or settings.keys / "root"
    with all_or_nothing(settings.keys, folder, settings.trust):
        if alone:
            named = (Person(staff_id=alone, public_key=own_key(settings, alone), roles=ALONE),)
        made = {} if holders else new_root_keys(settings, folder, n_root_keys)
        publics = (
            [one.public_key for one in people_named(holders, ())]
            if holders
            else [public_bytes(key).hex() for key in made.values()]
        )
        root = draft_first_root(
            settings,
            quorums={workplace.project.name: quorum},
            people=named,
            holders=publics,
            threshold=threshold,
            clock=workplace.clock,
        )
        is_in_force = sign_by_those_here(workplace, root, None if holders else folder, made)
    _say_of_init(workplace, root, folder=None if holders else folder, is_in_force=is_in_force)
    say_of_level(workplace, root)
    _say_who_is_missing(named, quorum)


@wraps(init)
def init_and_say_next(**given: Any) -> None:
    """The same as a command of its own, after which a person approves what lands; `tenure init` goes on by itself."""
    init(**given)
    say(f"  next, before anything lands: purposes and sources are approved. Look: tenure data list; then: {APPROVE}.")


def add_reviewer(staff_id: StaffId, public_key: PublicKey, root_keys: RootKeys = None, project: ProjectName = None) -> None:
    """Sign a trust root that names one more reviewer, or gives one their next key: the former ends."""
    _add(people_named([f"{staff_id}={public_key}"], ()), root_keys, project)


def add_engineer(staff_id: StaffId, public_key: PublicKey, root_keys: RootKeys = None, project: ProjectName = None) -> None:
    """Sign a trust root that names one more engineer, who may ask for training; of one who is known, the former key ends."""
    _add(people_named((), [f"{staff_id}={public_key}"]), root_keys, project)


def add_auditor(staff_id: StaffId, public_key: PublicKey, root_keys: RootKeys = None, project: ProjectName = None) -> None:
    """Sign a trust root that names one more auditor, who signs the access audits; of one who is known, the former key ends."""
    _add(people_named((), (), [f"{staff_id}={public_key}"]), root_keys, project)


def add_services(root_keys: RootKeys = None, project: ProjectName = None) -> None:
    """Make the keys of services that came with a newer Tenure, and sign a trust root that names them."""
    workplace = open_workplace(project)
    draft = with_all_services(workplace.settings, workplace.promotions.ledger().root, workplace.clock())
    if draft is None:
        say("The trust root in force names every service already.")
        return
    put_in_force(workplace, draft, root_keys)


def renew(
    names: Annotated[
        list[str] | None, typer.Argument(help="Staff ids; by default all whose keys have ended or end soon.")
    ] = None,
    root_keys: RootKeys = None,
    project: ProjectName = None,
) -> None:
    """Sign a trust root in which keys are valid for another year from now."""
    workplace = open_workplace(project)
    root, now = workplace.promotions.ledger().root, workplace.clock()
    ending = names or [one.staff_id for one in ending_keys(root, now)]
    if not ending:
        say("No key has ended, or ends within thirty days. Name whose to renew all the same.")
        return
    put_in_force(workplace, renewed(root, ending, now), root_keys)
    say(f"  renewed: {', '.join(dict.fromkeys(ending))}")


def next_version(
    file: Annotated[Path, typer.Argument(help="What tenure trust show --json printed, edited: staff, quorums, root keys.")],
    root_keys: RootKeys = None,
    project: ProjectName = None,
) -> None:
    """Sign an edited trust root as the next version: to remove keys, change roles, quorums or root keys."""
    from pydantic import TypeAdapter, ValidationError

    workplace = open_workplace(project)
    try:
        edited = TypeAdapter(TrustRoot).validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise SpecError(
            f"Expected a trust root as tenure trust show --json prints it in {file}: {type(error).__name__}."
        ) from error
    root = workplace.promotions.ledger().root
    if not root.is_demo and any(one.staff_id.startswith(DEMO_PREFIX) for one in edited.staff):
        raise SpecError(f"Names that begin with {DEMO_PREFIX!r} are the demonstration's. Remove them.")
    changes = {name: getattr(edited, name) for name in ("threshold", "root_keys", "quorums", "staff")}
    put_in_force(workplace, following(root, workplace.clock(), **changes), root_keys)


def show(
    project: ProjectName = None,
    as_json: Annotated[bool, typer.Option("--json", help="The trust root itself, to be edited for tenure trust next.")] = False,
) -> None:
    """Show the trust root in force: quorums, who may do what until when, and its digest."""
    from pydantic import TypeAdapter

    workplace = open_workplace(project)
    root = workplace.promotions.ledger().root
    if as_json:
        say(TypeAdapter(TrustRoot).dump_json(root, indent=2).decode())
        return
    say(f"Trust root {root.version}: {root.digest}")
    if workplace.promotions.is_demo:
        say("  made for the demonstration: its reviewers are software")
    for quorum in root.quorums:
        who = (
            "none of them the trainer"
            if not root.own_reviewers
            else f"and {', '.join(sorted(root.own_reviewers))} also their own"
        )
        say(f"  {quorum.project}: {quorum.reviewers} reviewer{'s' if quorum.reviewers > 1 else ''} must approve, {who}")
    say_of_level(workplace, root)
    for one in root.staff:
        roles = ", ".join(role.value for role in one.roles)
        say(f"  {one.staff_id}: {roles}, until {one.valid_until:%Y-%m-%d}, key {one.key_id[:12]}")
    for ending in ending_keys(root, workplace.clock()):
        say(f"  {ending.in_words}")
    say(f"  the next version takes {root.threshold} of {len(root.root_keys)} root keys")
    _say_of_witness(workplace)


def witness(project: ProjectName = None) -> None:
    """Let the witness see the log as it is: after its place was moved, or its copies were lost for good."""
    workplace = open_workplace(project)
    n_records = SignedLog(workplace.settings, workplace.clock).witness_now()
    say(f"The witness at {workplace.settings.witness} saw {n_records} records.")


def _add(people: Sequence[Person], root_keys: Path | None, project: str | None) -> None:
    """Sign a trust root with one person more, or with another key of theirs."""
    (person,) = people
    workplace = open_workplace(project)
    root = workplace.promotions.ledger().root
    former = [one for one in root.staff if one.staff_id == person.staff_id and one.public_key != person.public_key]
    put_in_force(workplace, with_person(root, person, workplace.clock()), root_keys)
    for one in former:
        say(f"  the former key of {one.staff_id}, {one.key_id[:12]}, counts no more")


def asked() -> list[str]:
    """Reviewers as a person at the terminal names them; none without a terminal."""
    found = []
    while sys.stdin.isatty():
        staff_id = typer.prompt("Staff id of a reviewer (empty for no more)", default="", show_default=False)
        if not staff_id:
            break
        found.append(f"{staff_id}={typer.prompt(f'Public key of {staff_id}')}")
    return found


def _say_of_init(workplace: Workplace, root: TrustRoot, *, folder: Path | None, is_in_force: bool) -> None:
    """What was made, and where it belongs."""
    settings = workplace.settings
    if folder is not None:
        of = f"{root.threshold} of {len(root.root_keys)}"
        say(f"  root keys in {folder}: give each to its holder, off this machine; {of} sign the next version.")
    say(f"  services' keys in {settings.keys}, their passphrase in {settings.passphrase_file}: for their account alone.")
    if is_in_force:
        say(f"  pinned in {settings.trust / 'pinned'}: write the digest down elsewhere, or give it by TENURE_TRUST_ROOT.")
        _say_of_witness(workplace)


def _say_who_is_missing(named: Sequence[Person], quorum: int) -> None:
    """Whom a promotion takes that nobody named yet."""
    n_reviewers = sum(Role.REVIEWER in one.roles for one in named)
    if n_reviewers < quorum:
        say(f"  {n_reviewers} reviewers of the {quorum} that promotion takes: tenure keys new, then tenure trust add-reviewer.")
    if not any(Role.ENGINEER in one.roles for one in named):
        say("  nobody may ask for training, so what is trained stays a draft: tenure keys new, then tenure trust add-engineer.")


def _say_of_witness(workplace: Workplace) -> None:
    """Warn where the witness is no second place."""
    if caveat := workplace.promotions.witness_caveat:
        say(f"  {caveat}")
