"""Rules on the method with which a registration is sent."""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.exchange import METHOD, Request
from contract_kit.rule import Context, Example, Hit, refuses, rule
from contract_kit.showing import shown

NOT_ALLOWED = 405


@rule(
    "method-not-post",
    on="request",
    severity="error",
    evidence="stated",
    facts=("F01", "D03"),
    consequence=refuses(status=NOT_ALLOWED),
    message="method: {method}; customers are registered with POST",
    hint="send it with POST; updates and look-ups are other operations, which this contract does not hold",
    bad=(
        Example({"/method": "PUT"}, "an update"),
        Example({"/method": "GET"}, "a look-up with a body"),
        Example({"/method": "PATCH"}, "a change"),
    ),
    good=(Example({"/method": "POST"}, "the method of the operation"),),
)
def method_not_post(request: Request, context: Context) -> Iterator[Hit]:
    """A registration that is sent with another method than POST.

    A server answers 405 with `Allow` before it looks at credentials, headers or body. A payload without a method is taken
    for one that is sent with POST.
    """
    if request.method != METHOD:
        yield Hit(("method",), {"method": shown(request.method)}, request.method)
