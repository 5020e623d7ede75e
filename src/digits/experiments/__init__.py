"""From data to a published run folder: the package that joins training and evaluation."""
