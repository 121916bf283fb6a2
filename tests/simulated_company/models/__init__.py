"""The simulated grocer's models: what a few hundred customers can bear."""
