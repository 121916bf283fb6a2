"""The simulated grocer's models: those of the demo company, cut down to what a few hundred customers can bear."""
