"""JSON as users write it: read strictly, with everything that is wrong in its text, and with places.

``parse`` takes any bytes and never raises. It gives a ``Document``: the value, the problems of the text (kinds are in
``KINDS``), and line and column of anything in it. What a problem means for a payload is said by the rules of the same
names.
"""

from __future__ import annotations

from contract_kit.findings import escape_pointer
from contract_kit.jsontext.document import KINDS, Document, Problem
from contract_kit.jsontext.pointers import parse_pointer
from contract_kit.jsontext.reading import parse

__all__ = ["KINDS", "Document", "Problem", "escape_pointer", "parse", "parse_pointer"]
