"""From what a user names on the command line to documents with their places.

``find`` turns paths, folders, globs and ``-`` into sources, ``read`` a source into records, one at a time: a stream is
never held as a whole. ``traffic`` reads recordings: HAR files and cassettes. What cannot be read is an ``InputError``; what
can be read and is broken is a record whose document says so.
"""

from __future__ import annotations

from contract_kit.records.finding import ENDINGS, Source, find
from contract_kit.records.formats import Record, read

__all__ = ["ENDINGS", "Record", "Source", "find", "read"]
