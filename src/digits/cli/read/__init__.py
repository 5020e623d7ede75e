"""``digits read``: the verb, a page as the shell gets it, how it is printed, and where it is drawn."""
