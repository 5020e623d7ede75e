"""Measuring and drawing: metrics with their intervals, a reader put to the test, pictures worth showing.

The names live in their modules: ``metrics``, ``evaluate``, ``plots``, ``pictures``, ``report``. Nothing here trains.
"""
