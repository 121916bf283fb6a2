"""A company with subscribers, for tests that run the real assets: small, quick, and its truth is known."""
