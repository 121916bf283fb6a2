"""The outside world, one file per thing: lake, stores, registry, reports, alerts, settings. Nothing here decides anything."""
