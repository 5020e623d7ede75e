"""Any file, bytes or array goes in; an upright grey picture comes out.

What a person names (sources.py) becomes pixels (image.py, formats.py, arrays.py, data_url.py) in [0, 1]
(value_range.py), and colours become grey (colour.py, channel_selection.py). Nothing here decides what is ink.
"""
