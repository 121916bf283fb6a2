"""What `tenure.notebook.foresee` starts: rows of a data frame, declared as a company, through training and scoring in memory."""
