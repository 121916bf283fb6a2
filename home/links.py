"""Where a thing is shown: addresses in Dagster, MLflow and the review room as this installation serves them."""

from datetime import date
from urllib.parse import quote

from adapters.registry import without_password
from adapters.settings import Settings
from home.workplace import Workplace


def room_card(workplace: Workplace, digest: str) -> str:
    """The card of a package in the review room, where it is read and decided on."""
    return f"{_room(workplace)}/candidates/{digest}"


def room_model(workplace: Workplace, model: str) -> str:
    """A model in the review room: who serves, drift, outcomes, its record."""
    return f"{_room(workplace)}/models/{model}"


def room_exception(workplace: Workplace, digest: str) -> str:
    """An exception to a gate in the review room, where it is read and signed."""
    return f"{_room(workplace)}/exceptions/{digest}"


def room_data(workplace: Workplace) -> str:
    """The days of every source in the review room."""
    return f"{_room(workplace)}/data"


def _room(workplace: Workplace) -> str:
    """The company in the review room; `review/access.py` lays its pages out so."""
    return f"{workplace.settings.review_address}/companies/{workplace.project.name}"


def dagster_run(settings: Settings, run_id: str) -> str:
    """A run in Dagster."""
    return f"{_at(settings, settings.dagster_port)}/runs/{run_id}"


def dagster_asset(settings: Settings, *path: str) -> str:
    """An asset in Dagster, or the graph of those below a path."""
    return f"{_at(settings, settings.dagster_port)}/assets/{'/'.join(map(quote, path))}"


def dagster_day(settings: Settings, day: date, *path: str) -> str:
    """A day of an asset in Dagster."""
    return f"{dagster_asset(settings, *path)}?view=partitions&partition={day}"


def catalogue_model(settings: Settings, name: str) -> str:
    """A registered model in MLflow."""
    return _catalogue(settings, f"models/{quote(name)}")


def catalogue_run(settings: Settings, experiment_id: str, run_id: str) -> str:
    """A run in MLflow."""
    return _catalogue(settings, f"experiments/{quote(experiment_id)}/runs/{quote(run_id)}")


def catalogue_version(settings: Settings, name: str, version: int) -> str:
    """A version of a registered model in MLflow."""
    return _catalogue(settings, f"models/{quote(name)}/versions/{version}")


def _catalogue(settings: Settings, page: str) -> str:
    """A page of MLflow: of the server that is named, or the one that `tenure up` starts; framed for models, not for agents."""
    is_server = settings.tracking_uri.startswith(("http://", "https://"))
    server = without_password(settings.tracking_uri).rstrip("/") if is_server else _at(settings, settings.mlflow_port)
    return f"{server}/#/{page}?workflowType=machine_learning"


def _at(settings: Settings, port: int) -> str:
    """The address of a service of `tenure up`."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}"
