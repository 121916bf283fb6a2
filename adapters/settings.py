"""Where things are: every `TENURE_…` variable is read here and nowhere else.

Meaning (populations, windows, gates) never comes from the environment; it lives in specs.
"""

import atexit
import gc
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from adapters.alert_places import AlertPlaces, read_places
from adapters.installation_keys import KeyPlace
from adapters.variables import digest, folder, folders, port, switch, web_address, whole
from adapters.web_address import WebAddress, read_public
from tenure.errors import SpecError

# The folder that holds the rooms: the checkout, or `tenure/rooms` of an installation, in which nothing is ever written.
ROOMS = Path(__file__).resolve().parents[1]
CHECKOUT = ROOMS if (ROOMS / "pyproject.toml").is_file() else None
# Where all state is if nobody names a place.
HOME = (CHECKOUT or Path.home()) / ".tenure"

# Each library's own switch. Set before the library is imported, for every process that starts from here.
TELEMETRY_OFF = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
# LightGBM's threads spin while they wait; on a shared machine that made two threads nine times slower than one.
QUIET_THREADS = {"OMP_WAIT_POLICY": "passive"}
# Dagster hands the events of a range of partitions to the event log in batches (see pipelines/event_storage.py).
BATCHES = {"DAGSTER_EVENT_BATCH_SIZE": "1000"}
# A registry that is down must cost seconds, not the four minutes of MLflow's default.
PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "GIT_PYTHON_REFRESH": "quiet"}
# MLflow tells at its default how it makes its tables, in the middle of what a command says.
QUIET = {"MLFLOW_LOGGING_LEVEL": "WARNING"}
# Text is UTF-8 in every process that starts from here, whatever the locale; this one names it at each file.
TEXT = {"PYTHONUTF8": "1"}
# Arrow's own allocator keeps what it has freed; the machine's gives it back, at the same cost.
MEMORY = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
# Modules stay for good, and they are most of what a command makes: with Python's own thresholds, looking for garbage among them
# took a fifth of all imports.
COLLECTIONS = (100_000, 20, 50)


_MAY_BE_SECRET = {
    "TENURE_ALERTS_MAIL",
    "TENURE_ALERTS_WEBHOOK",
    "TENURE_ENCRYPTION_KEY",
    "TENURE_OPENLINEAGE_URL",
    "TENURE_PROMOTION_LOG",
    "TENURE_TRACKING_URI",
}
# Addresses of databases that sources are read from, by the names that sources give them.
_DATABASE = "TENURE_DATABASE_"
_HIDDEN = "(set; its value is kept nowhere)"
# Delta and SQLAlchemy take a path for an address, and see something else in these: tables and databases would not be found.
_NO_PATH = re.compile(r"[?\[\]^|\\\x00-\x1f]|%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, kw_only=True)
class ReviewProxy:
    """A proxy that logs people in: it names them in `header`, and shows the secret of `secret_file` in `X-Tenure-Proxy`."""

    header: str
    secret_file: Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Places and limits of this installation.

    Each is a variable `TENURE_…`; `docs/reference.md` says what each is for.
    Fields that end with `_named` hold what a person set, None for the place under `home`, which the property of like name gives.
    """

    home: Path
    tracking_uri: str
    inbox: Path
    n_threads: int
    host: str
    dagster_port: int
    mlflow_port: int
    review_port: int = 3080
    review_public: WebAddress | None = None
    review_proxy: ReviewProxy | None = None
    alerts: AlertPlaces = field(default_factory=AlertPlaces)
    openlineage_url: str | None = None
    keys_named: Path | None = None
    witness_named: Path | None = None
    promotion_log_named: str | None = None
    trust_root_named: str | None = None
    passphrase_file_named: Path | None = None
    session: Path | None = None
    has_accounts: bool = False
    audit_port: int | None = None
    projects: tuple[Path, ...] = ()
    deliveries: Path | None = None
    databases: Mapping[str, str] = field(default_factory=dict)
    encryption: KeyPlace = field(default_factory=KeyPlace)

    @property
    def keys(self) -> Path:
        """The encrypted signing keys of services and, on their own machine, of a person."""
        return self.keys_named or self.home / "keys"

    @property
    def witness(self) -> Path:
        """Where the copies of the log's checkpoints are kept; a second place if a person named one."""
        return self.witness_named or self.home / "witness"

    @property
    def promotion_log(self) -> str:
        """The database address of the promotion log."""
        return self.promotion_log_named or f"sqlite:///{self.home}/store/log.db"

    @property
    def trust(self) -> Path:
        """What this installation knows of its trust root by itself: the pinned digest, and the name of its log."""
        return self.home / "trust"

    @property
    def passphrase_file(self) -> Path:
        """The passphrase of the services' keys."""
        return self.passphrase_file_named or self.keys / "passphrase"

    @property
    def review_address(self) -> str:
        """Where people open the review room."""
        return str(self.review_public or f"http://{self.host}:{self.review_port}")

    @property
    def lake(self) -> Path:
        """The Delta tables."""
        return self.home / "lake"

    @property
    def raw(self) -> Path:
        """The bytes as received."""
        return self.home / "raw"

    @property
    def lanes(self) -> Path:
        """What the challenger lane hands from stage to stage."""
        return self.home / "lanes"

    @property
    def reports(self) -> Path:
        """Pages for people: drift reports, cards."""
        return self.home / "reports"

    @property
    def review(self) -> Path:
        """The review room's accounts and sessions."""
        return self.home / "review"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own state."""
        return self.home / "dagster"

    @property
    def artifacts(self) -> Path:
        """Where MLflow keeps what is logged."""
        return self.home / "mlflow" / "artifacts"


def load_settings() -> Settings:
    """Read the environment; refuse values that cannot be used."""
    home = Path(os.environ.get("TENURE_HOME") or HOME).expanduser().resolve()
    if odd := _NO_PATH.search(str(home)):
        raise SpecError(
            r"The path of TENURE_HOME must hold none of ? [ ] ^ | \ , no control character, no % before two hexadecimal digits, "
            f"found {odd.group()!r}. Move it; every other sign may be in it."
        )
    return Settings(
        home=home,
        tracking_uri=os.environ.get("TENURE_TRACKING_URI") or catalogue_in(home),
        inbox=Path(os.environ.get("TENURE_INBOX") or home / "inbox").expanduser().resolve(),
        projects=folders("TENURE_PROJECTS"),
        deliveries=folder("TENURE_DELIVERIES"),
        databases={name.removeprefix(_DATABASE): value for name, value in os.environ.items() if name.startswith(_DATABASE)},
        n_threads=whole("TENURE_THREADS", min(os.cpu_count() or 1, 4), most=1_024),
        host=os.environ.get("TENURE_HOST") or "127.0.0.1",
        dagster_port=port("TENURE_DAGSTER_PORT", 3000),
        mlflow_port=port("TENURE_MLFLOW_PORT", 5000),
        review_port=port("TENURE_REVIEW_PORT", 3080),
        review_public=read_public("TENURE_REVIEW_PUBLIC", os.environ.get("TENURE_REVIEW_PUBLIC") or ""),
        review_proxy=_review_proxy(),
        alerts=read_places(
            os.environ.get("TENURE_ALERTS") or "file",
            webhook=os.environ.get("TENURE_ALERTS_WEBHOOK") or "",
            mail=os.environ.get("TENURE_ALERTS_MAIL") or "",
        ),
        openlineage_url=web_address("TENURE_OPENLINEAGE_URL"),
        keys_named=folder("TENURE_KEYS"),
        witness_named=folder("TENURE_WITNESS"),
        promotion_log_named=os.environ.get("TENURE_PROMOTION_LOG") or None,
        trust_root_named=digest("TENURE_TRUST_ROOT"),
        passphrase_file_named=folder("TENURE_PASSPHRASE_FILE"),
        session=folder("TENURE_SESSION"),
        has_accounts=switch("TENURE_MLFLOW_AUTH"),
        audit_port=port("TENURE_DAGSTER_AUDIT_PORT") or None,
        encryption=KeyPlace(
            file=folder("TENURE_ENCRYPTION_KEY_FILE"),
            text=os.environ.get("TENURE_ENCRYPTION_KEY") or None,
            keyring=os.environ.get("TENURE_ENCRYPTION_KEYRING") or None,
        ),
    )


def named_settings() -> dict[str, str]:
    """Every variable of ours that is set; of one whose value may hold a password or an address, only that it is."""
    ours = {name: value for name, value in sorted(os.environ.items()) if name.startswith("TENURE_")}
    return {name: _HIDDEN if name in _MAY_BE_SECRET or name.startswith(_DATABASE) else value for name, value in ours.items()}


def catalogue_in(home: Path) -> str:
    """The address of MLflow's store in a home, where nobody named another."""
    return f"sqlite:///{home}/mlflow/mlflow.db"


def prepare_environment() -> None:
    """Set what libraries read from the environment; call it before any of them is imported. What a person set stays.

    Whatever this process and those that it starts write, by which library ever, is closed to other accounts.
    """
    _collect_less()
    os.umask(os.umask(0o077) | 0o077)
    for name, value in {**TELEMETRY_OFF, **QUIET_THREADS, **BATCHES, **PATIENCE, **QUIET, **TEXT, **MEMORY}.items():
        os.environ.setdefault(name, value)


@cache
def _collect_less() -> None:
    """Look for garbage less often, and not once more at the end: that took a sixth of a cold day, for nothing."""
    gc.set_threshold(*COLLECTIONS)
    atexit.register(gc.freeze)


def _review_proxy() -> ReviewProxy | None:
    """The proxy in front of the review room, if one logs people in."""
    header, secret = os.environ.get("TENURE_REVIEW_PROXY_HEADER"), os.environ.get("TENURE_REVIEW_PROXY_SECRET_FILE")
    if not header and not secret:
        return None
    if not header or not secret:
        raise SpecError(
            "A proxy that logs people in needs both TENURE_REVIEW_PROXY_HEADER (the header that names them) and "
            "TENURE_REVIEW_PROXY_SECRET_FILE (what only the proxy knows). Set the other one too, or neither."
        )
    return ReviewProxy(header=header, secret_file=Path(secret).expanduser().resolve())
