"""Where a thing is shown: addresses that people can follow, wherever the services stand."""

from dataclasses import replace

from adapters.settings import load_settings
from home.links import catalogue_model, catalogue_version, dagster_asset


def test_a_service_on_an_address_of_version_six_is_linked_in_brackets(tmp_path):
    """Without them the port would read as a part of the address."""
    settings = replace(load_settings(), home=tmp_path, host="::1", dagster_port=3000)

    assert dagster_asset(settings, "shop", "buys 7d") == "http://[::1]:3000/assets/shop/buys%207d"


def test_mlflow_is_linked_where_it_is_served(tmp_path):
    """On the server that is named, without its password; else on the one that `tenure up` starts."""
    settings = replace(load_settings(), home=tmp_path, host="127.0.0.1", mlflow_port=5000)
    named = replace(settings, tracking_uri="https://anna:secret@mlflow.example/")

    assert (
        catalogue_model(settings, "shop.buys_7d") == "http://127.0.0.1:5000/#/models/shop.buys_7d?workflowType=machine_learning"
    )
    assert (
        catalogue_version(named, "shop.buys_7d", 3)
        == "https://mlflow.example/#/models/shop.buys_7d/versions/3?workflowType=machine_learning"
    )
