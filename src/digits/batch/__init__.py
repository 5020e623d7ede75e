"""Many inputs in, one table of results out: planned in chunks, resumable, on one machine or a cluster.

What a chunk needs is one function that knows no engine (work.py); an engine only decides where it runs. Who has an
engine of his own, such as Spark, imports the names below; docs/scale.md shows how.
"""

from digits.batch.chunk import Chunk
from digits.batch.inputs.plan import Sources, plan
from digits.batch.rows import schema
from digits.batch.task import Setup, weights_of
from digits.batch.work import Work

__all__ = ["Chunk", "Setup", "Sources", "Work", "plan", "schema", "weights_of"]
