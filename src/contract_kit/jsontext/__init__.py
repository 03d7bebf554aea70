"""One JSON document, read strictly: everything that is wrong with its text is said, with its place.

Other readers take the last of two members with one name, or NaN, or stop at the first fault with a bare position. Here
every such fault is a ``Problem`` with line, column and a way out, and ``Document.position`` finds the place of any value
later. The good path is the standard library's scanner; places cost nothing until they are asked for.
"""

from __future__ import annotations

from contract_kit.jsontext.reading import KINDS, parse
from contract_kit.jsontext.scanning import Document, Problem

__all__ = ["KINDS", "Document", "Problem", "parse"]
