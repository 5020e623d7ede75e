"""What was spotted on rows goes in; the digits of each row come out, each with its own ink, and other ways to see them.

digit_rows.py tells the story: pieces of one digit are merged, missed digits are found. Then ink is assigned to digits,
and cut where they touch.
"""
