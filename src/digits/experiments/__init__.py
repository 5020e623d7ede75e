"""From data to a published run folder: the room where training and evaluation meet."""
