"""Places beside the room: the pages of MLflow and Dagster about the same model, where people can reach them."""

from urllib.parse import quote

from home.workplace import Workplace


def catalogue_page(workplace: Workplace, model: str, *, is_candidate: bool) -> str:
    """The page of a model in MLflow: of its candidates, or of what serves."""
    name = f"{workplace.project.name}.{model}" + ("-candidate" if is_candidate else "")
    return f"{_address(workplace, workplace.settings.mlflow_port)}/#/models/{quote(name)}"


def lineage_page(workplace: Workplace, model: str) -> str:
    """The graph of a model's assets in Dagster."""
    return f"{_address(workplace, workplace.settings.dagster_port)}/assets/{quote(workplace.project.name)}/{quote(model)}"


def sources_page(workplace: Workplace) -> str:
    """The graph of a project's assets in Dagster, from its sources on."""
    return f"{_address(workplace, workplace.settings.dagster_port)}/assets/{quote(workplace.project.name)}"


def _address(workplace: Workplace, port: int) -> str:
    """Where `tenure up` serves them."""
    return f"http://{workplace.settings.host}:{port}"
