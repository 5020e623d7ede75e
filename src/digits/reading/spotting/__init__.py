"""The ink of a page goes in; its rows come out, and what a network sees on each: digits, with their boxes.

Connected components make rows (text_lines.py, line_tracing.py), a row is straightened (rectification.py), and the
spotter looks along it (spotter.py).
"""
