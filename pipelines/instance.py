"""The Dagster instance of an installation: its folder under `TENURE_HOME`, the `dagster.yaml` and the `workspace.yaml` in it.

Both name modules as a process finds them that has not entered the rooms: any of Dagster's own may read them.
"""

import json
import os
from pathlib import Path

import dagster as dg

from adapters.settings import Settings
from adapters.store_versions import DAGSTER, Fit, fit_of
from adapters.whole_files import make_folder, write_whole
from tenure.errors import HomeError

_UNFIT = {
    Fit.OLDER: "was made by an older Dagster. `tenure upgrade` brings it to the one that is installed.",
    Fit.NEWER: "was made by a newer Dagster, which this one cannot read. Install that one, or restore the store from a backup.",
    Fit.UNREADABLE: "is no Dagster store. Restore it from a backup, or move it away, and a new one is made.",
}
# What a file begins with that is ours to write again.
_OURS = "# Written by Tenure"
_DAGSTER_YAML = """\
{ours}, and written again when it should read otherwise. Remove this line to keep a file of your own.
# Storage keeps its connections open (pipelines/event_storage.py says why).
event_log_storage:
  module: tenure.rooms.pipelines.event_storage
  class: PooledSqliteEventLogStorage
  config:
    base_dir: {runs}
# A run starts when it is asked for, also where only the pages are served: a queue would wait for the daemon.
run_coordinator:
  module: dagster.core.run_coordinator
  class: DefaultRunCoordinator
telemetry:
  enabled: false
nux:
  enabled: false
run_launcher:
  module: tenure.rooms.pipelines.launcher
  class: WatchedRunLauncher
run_monitoring:
  enabled: true
  # Runs whose process died are found each half minute, and one that hangs is ended by its age.
  poll_interval_seconds: 30
  max_runtime_seconds: 7200
"""


# What the repository's file of this name says, for an installation that has no repository.
_WORKSPACE_YAML = """\
{ours}: `dagster dev -w` this file, with DAGSTER_HOME set to this folder, shows what `tenure up` does.
load_from:
  - python_module:
      module_name: tenure.rooms.pipelines.location
      location_name: tenure
"""


def prepare_instance(settings: Settings) -> None:
    """Make the Dagster home under `TENURE_HOME`, and name it to Dagster.

    `dagster.yaml` names the folder in full, so that of a home that was moved or copied is written again: it would go on keeping
    its events in the old place. A file without our first line is a person's own, and stays as it is.
    """
    home = settings.dagster_home
    make_folder(home)
    for name, text in (("dagster.yaml", dagster_yaml(home)), ("workspace.yaml", _WORKSPACE_YAML.format(ours=_OURS))):
        path, content = home / name, text.encode()
        held = path.read_bytes() if path.exists() else None
        if held is None or (held.startswith(_OURS.encode()) and held != content):
            write_whole(path, content)
    os.environ["DAGSTER_HOME"] = str(home)


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Open the Dagster instance that the UI shows too.

    Raises
    ------
    HomeError: when another version of Dagster made its store.
    """
    require_fit(settings)
    prepare_instance(settings)
    return dg.DagsterInstance.from_config(str(settings.dagster_home))


def stores(settings: Settings) -> tuple[Path, ...]:
    """The databases of Dagster that are kept for good; each run has one more, of the moment."""
    return tuple(settings.dagster_home / name for name in ("history/runs.db", "history/runs/index.db", "schedules/schedules.db"))


def require_fit(settings: Settings) -> None:
    """Refuse a store of another version of Dagster, in a sentence; Dagster itself ends in a traceback, late.

    Raises
    ------
    HomeError: when one is older, newer or no store.
    """
    for store in stores(settings):
        fit = fit_of(store, DAGSTER)
        if fit is not Fit.FITS:
            raise HomeError(f"The Dagster store {store} {_UNFIT[fit]}")


def dagster_yaml(home: Path) -> str:
    """The configuration of a Dagster home."""
    # A JSON string is a YAML string, whatever signs a path has.
    return _DAGSTER_YAML.format(ours=_OURS, runs=json.dumps(str(home / "history" / "runs"), ensure_ascii=False))
