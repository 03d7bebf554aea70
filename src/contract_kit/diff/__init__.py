"""The contract over time: what changed between two documents, two org profiles or two rule sets, and whom it breaks.

A structural walk names each change and its place; where keywords alone do not decide, payloads that one version takes and
the other refuses do. ``compare`` is the whole of it; ``reporting`` says the result.
"""

from __future__ import annotations

from contract_kit.diff.changes import Change, Comparison, Place, Verdict, Witness
from contract_kit.diff.comparing import compare

__all__ = ["Change", "Comparison", "Place", "Verdict", "Witness", "compare"]
