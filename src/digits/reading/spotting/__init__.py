"""The ink of a page goes in; its rows come out, and what a network sees on each: digits, with their boxes.

What lies beside the digits that the detector saw makes rows (rows.py), a row is straightened (rectification.py), and
the spotter looks along it (spotter.py).
"""
