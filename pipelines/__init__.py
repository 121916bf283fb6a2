"""When things run: one file per Dagster idea. What is computed lives in `tenure`, what it is called in `assets`."""
