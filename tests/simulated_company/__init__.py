"""A simulated grocer as a project, for tests that run the real assets: small, quick, and its truth is known."""
