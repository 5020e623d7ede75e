"""Pages that are made, not found: digits of MNIST, print and marks go in, pictures and what stands on them come out.

One file a noun: sheet (paper, and cells with what they hold), writing, pen_marks, printing, filling, table, boxes,
squared_paper, separators, photograph, negatives. Nothing here reads.
"""
