"""The trust root: `tenure trust init`, `add-reviewer`, `add-services`, `next`, `show` and `witness`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.passphrases import passphrase, root_key_holders
from cli.places import DEMO_PROJECT, ProjectName, open_workplace, say
from governance.doors.trust_roots import first_root, following, next_root, people_named, with_all_services, with_person
from governance.records.trust_root import DEMO_PREFIX, Role, TrustRoot
from governance.stores.key_store import KeyStore
from governance.stores.signed_log import SignedLog
from home.workplace import Workplace
from tenure.errors import SpecError

RootKeys = Annotated[Path | None, typer.Option("--root-keys", help="Folder of the root keys; by default root/ in TENURE_KEYS.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="The trust root: who may train, review, promote and keep the log.")
    group.command("init")(init)
    group.command("add-reviewer")(add_reviewer)
    group.command("add-engineer")(add_engineer)
    group.command("add-services")(add_services)
    group.command("next")(next_version)
    group.command("show")(show)
    group.command("witness")(witness)
    app.add_typer(group, name="trust")


def init(
    project: ProjectName = DEMO_PROJECT,
    quorum: Annotated[int, typer.Option(min=1, help="How many different reviewers must approve a model of the project.")] = 2,
    reviewers: Annotated[
        list[str] | None, typer.Option("--reviewer", help="STAFF_ID=PUBLIC_KEY, as tenure keys new printed it; may be repeated.")
    ] = None,
    engineers: Annotated[
        list[str] | None, typer.Option("--engineer", help="STAFF_ID=PUBLIC_KEY of who may ask for training; may be repeated.")
    ] = None,
    n_root_keys: Annotated[int, typer.Option("--n-root-keys", min=1, help="How many root keys to make.")] = 3,
    threshold: Annotated[int, typer.Option(min=1, help="How many of them sign the next trust root.")] = 2,
    root_keys: RootKeys = None,
) -> None:
    """Make root keys, the services' keys and trust root 1; begin the promotion log with it and pin its digest."""
    named = people_named(reviewers or _asked(), engineers or ())
    workplace = open_workplace(project)
    settings = workplace.settings
    folder = root_keys or settings.keys / "root"
    store = KeyStore(folder)
    opened = passphrase(settings, f"the {n_root_keys} new root keys", is_new=True)
    names = [f"root-{number}" for number in range(1, n_root_keys + 1)]
    for name in names:
        if name not in store.names():
            store.new(name, opened)
    root = first_root(
        settings,
        quorums={workplace.project.name: quorum},
        people=named,
        root_keys=tuple(store.load(name, opened) for name in names),
        threshold=threshold,
        clock=workplace.clock,
    )
    say(f"Trust root 1: {root.digest}")
    say(f"  root keys in {folder}: move them off this machine now; {threshold} of {n_root_keys} sign the next version.")
    say(f"  services' keys in {settings.keys}, their passphrase in {settings.passphrase_file}: for their account alone.")
    say(f"  pinned in {settings.trust / 'pinned'}: write the digest down elsewhere, or give it by TENURE_TRUST_ROOT.")
    _say_of_witness(workplace)
    n_reviewers = len({one.staff_id for one in named if Role.REVIEWER in one.roles})
    if n_reviewers < quorum:
        say(f"  {n_reviewers} reviewers of the {quorum} that promotion takes: tenure keys new, then tenure trust add-reviewer.")
    if not any(Role.ENGINEER in one.roles for one in named):
        say("  nobody may ask for training, so what is trained stays a draft: tenure keys new, then tenure trust add-engineer.")


def add_reviewer(
    staff_id: Annotated[str, typer.Argument(help="Pseudonymous staff id; never a person's name.")],
    public_key: Annotated[str, typer.Argument(help="64 letters of hex, as tenure keys new printed them.")],
    root_keys: RootKeys = None,
    project: ProjectName = DEMO_PROJECT,
) -> None:
    """Sign a trust root that names one more reviewer, or gives one their next key: the former ends."""
    (person,) = people_named([f"{staff_id}={public_key}"], ())
    workplace = open_workplace(project)
    root = _in_force(workplace)
    _sign(workplace, with_person(root, person, workplace.clock()), root_keys)


def add_engineer(
    staff_id: Annotated[str, typer.Argument(help="Pseudonymous staff id; never a person's name.")],
    public_key: Annotated[str, typer.Argument(help="64 letters of hex, as tenure keys new printed them.")],
    root_keys: RootKeys = None,
    project: ProjectName = DEMO_PROJECT,
) -> None:
    """Sign a trust root that names one more engineer, who may ask for training and promotion."""
    (person,) = people_named((), [f"{staff_id}={public_key}"])
    workplace = open_workplace(project)
    root = _in_force(workplace)
    _sign(workplace, with_person(root, person, workplace.clock()), root_keys)


def add_services(root_keys: RootKeys = None, project: ProjectName = DEMO_PROJECT) -> None:
    """Make the keys of services that came with a newer Tenure, and sign a trust root that names them."""
    workplace = open_workplace(project)
    draft = with_all_services(workplace.settings, _in_force(workplace), workplace.clock())
    if draft is None:
        say("The trust root in force names every service already.")
        return
    _sign(workplace, draft, root_keys)


def next_version(
    file: Annotated[Path, typer.Argument(help="What tenure trust show --json printed, edited: staff, quorums, root keys.")],
    root_keys: RootKeys = None,
    project: ProjectName = DEMO_PROJECT,
) -> None:
    """Sign an edited trust root as the next version: to renew or remove keys, change roles, quorums or root keys."""
    from pydantic import TypeAdapter, ValidationError

    workplace = open_workplace(project)
    try:
        edited = TypeAdapter(TrustRoot).validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise SpecError(
            f"Expected a trust root as tenure trust show --json prints it in {file}: {type(error).__name__}."
        ) from error
    if any(one.staff_id.startswith(DEMO_PREFIX) for one in edited.staff):
        raise SpecError(f"Names that begin with {DEMO_PREFIX!r} are the demonstration's. Remove them.")
    root = _in_force(workplace)
    changes = {name: getattr(edited, name) for name in ("threshold", "root_keys", "quorums", "staff")}
    _sign(workplace, following(root, workplace.clock(), **changes), root_keys)


def show(
    project: ProjectName = DEMO_PROJECT,
    as_json: Annotated[bool, typer.Option("--json", help="The trust root itself, to be edited for tenure trust next.")] = False,
) -> None:
    """Show the trust root in force: quorums, who may do what until when, and its digest."""
    from pydantic import TypeAdapter

    workplace = open_workplace(project)
    root = _in_force(workplace)
    if as_json:
        say(TypeAdapter(TrustRoot).dump_json(root, indent=2).decode())
        return
    say(f"Trust root {root.version}: {root.digest}")
    if workplace.promotions.is_demo:
        say("  made for the demonstration: its reviewers are software")
    for quorum in root.quorums:
        say(f"  {quorum.project}: {quorum.reviewers} reviewers approve, none of them the trainer")
    for one in root.staff:
        roles = ", ".join(role.value for role in one.roles)
        say(f"  {one.staff_id}: {roles}, until {one.valid_until:%Y-%m-%d}, key {one.key_id[:12]}")
    say(f"  the next version takes {root.threshold} of {len(root.root_keys)} root keys")
    _say_of_witness(workplace)


def witness(project: ProjectName = DEMO_PROJECT) -> None:
    """Let the witness see the log as it is: after its place was moved, or its copies were lost for good."""
    workplace = open_workplace(project)
    n_records = SignedLog(workplace.settings, workplace.clock).witness_now()
    say(f"The witness at {workplace.settings.witness} saw {n_records} records.")


def _sign(workplace: Workplace, root: TrustRoot, root_keys: Path | None) -> None:
    """Sign, append and pin."""
    keys = root_key_holders(workplace.settings, root_keys or workplace.settings.keys / "root")
    next_root(workplace.settings, root, keys, workplace.clock)
    say(f"Trust root {root.version}: {root.digest}")
    if workplace.settings.trust_root_named:
        say("  TENURE_TRUST_ROOT names an earlier one; set it to this digest.")


def _in_force(workplace: Workplace) -> TrustRoot:
    """The trust root in force."""
    ledger = workplace.promotions.ledger()
    return ledger.root_before(ledger.size)


def _asked() -> list[str]:
    """Reviewers as a person at the terminal names them; none without a terminal."""
    found = []
    while sys.stdin.isatty():
        staff_id = typer.prompt("Staff id of a reviewer (empty for no more)", default="", show_default=False)
        if not staff_id:
            break
        found.append(f"{staff_id}={typer.prompt(f'Public key of {staff_id}')}")
    return found


def _say_of_witness(workplace: Workplace) -> None:
    """Warn where the witness is no second place."""
    if caveat := workplace.promotions.witness_caveat:
        say(f"  {caveat}")
