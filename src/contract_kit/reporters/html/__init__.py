"""The report as one HTML page that needs no network: for ``validate``, ``bulk`` and ``fuzz``.

``page`` renders from the public JSON formats, so that a door needs nothing of another one. It is written with the standard
library: every text passes one place that escapes it (``markup``), which a template engine would only do on request, and an
installation needs no extra. Style and script lie beside this file as package data, stand in the page as they are, and are
the only ones that its content security policy lets run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from contract_kit.report import Report
    from contract_kit.reporters import Options
    from contract_kit.rule import Rule

Kind = Literal["validate", "bulk", "fuzz"]
Documents = Mapping[tuple[str | None, int], object]
"""Source and index of an input -> the input as data, for showing the place of a finding in it."""


def page(
    data: Mapping[str, Any],
    *,
    kind: Kind,
    fail_on: str = "error",
    version: str = "",
    unread: Sequence[str] = (),
    documents: Documents | None = None,
    arguments: Sequence[str] = (),
    show_values: bool = False,
    rules: Sequence[Rule] = (),
    saved: str | None = None,
) -> str:
    """The page on a report in its public JSON form; members that lack are done without.

    ``fail_on``: the severity from which on the verdict is that it failed (validate, fuzz). ``version``: the kit's own.
    ``unread``: why inputs are missing from the report. ``documents``: inputs to show findings in; only words of the
    contract are shown of them, unless ``show_values``, which shows everything, personal data included. ``arguments``:
    options of the run that it takes to see a finding again (validate, bulk). ``rules``: rules beside the kit's own.
    ``saved``: the file with the JSON report of the same run, for lines that replay a finding (fuzz).

    In a fuzz report requests and answers stand in the findings and are shown as they are, since they are made up, with
    credentials taken out.
    """
    from contract_kit.reporters.html import document, of_bulk, of_fuzz, of_validate
    from contract_kit.reporters.html.knowledge import Knowledge

    known = Knowledge(rules)
    if kind == "bulk":
        view = of_bulk.view(data, known, arguments)
    elif kind == "fuzz":
        view = of_fuzz.view(data, known, fail_on=fail_on, saved=saved)
    else:
        view = of_validate.view(
            data,
            known,
            fail_on=fail_on,
            unread=unread,
            documents=documents or {},
            arguments=arguments,
            show_values=show_values,
        )
    return document.written(view, known, version)


def render(report: Report, *, options: Options) -> str:
    """The page on a run of ``validate``."""
    from contract_kit.reporters import as_json

    return page(
        as_json.as_data(report, show_values=options.show_values),
        kind="validate",
        fail_on=options.fail_on.value,
        version=options.version,
        unread=options.unread,
        documents=options.documents,
        arguments=options.arguments,
        show_values=options.show_values,
        rules=options.rules,
    )
