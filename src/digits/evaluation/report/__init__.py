"""A run, or several, as one page that explains itself: ``report.html``, with no other file and no network behind it.

The story: ``facts`` reads what a run folder says, ``measure`` puts its model to the test, ``mistakes``, ``charts`` and
``compare`` turn answers into what is shown, ``render`` writes the page. Nothing here trains or chooses.
"""
