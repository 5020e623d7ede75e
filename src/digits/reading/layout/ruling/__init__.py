"""The ink of a page goes in; the cells that its ruled lines make come out."""
