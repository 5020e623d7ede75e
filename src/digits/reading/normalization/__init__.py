"""A page as it was taken goes in; the page as it is read comes out: its polarity known, upright, only as fine as
needed."""
