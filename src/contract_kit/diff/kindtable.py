"""The kinds of change, row by row: code, the kind that undoes it, what it is, and what it does to either side."""

from __future__ import annotations

from contract_kit.diff.effects import BREAKING, RISKY, SAFE, UNDECIDED, Effect, Judgement

_N, _W, _O, _S = Effect.NARROWER, Effect.WIDER, Effect.OPEN, Effect.SAME

SCHEMA = (
    # code, opposite, effect, what it is
    ("member-now-required", "member-no-longer-required", _N, "a member must be there now"),
    ("member-no-longer-required", "member-now-required", _W, "a member may be missing now"),
    ("type-narrowed", "type-widened", _N, "fewer types of value"),
    ("type-widened", "type-narrowed", _W, "more types of value"),
    ("type-changed", "type-changed", _O, "other types of value"),
    ("null-forbidden", "null-allowed", _N, "null is no longer allowed"),
    ("null-allowed", "null-forbidden", _W, "null is allowed now"),
    ("enum-value-removed", "enum-value-added", _N, "a value is no longer in the list (`enum`, `const`)"),
    ("enum-value-added", "enum-value-removed", _W, "a new value is in the list"),
    ("enum-introduced", "enum-abolished", _N, "any value was allowed, and only listed ones are now"),
    ("enum-abolished", "enum-introduced", _W, "only listed values were allowed, and any one is now"),
    ("upper-limit-lowered", "upper-limit-raised", _N, "`maximum`, `maxLength`, `maxItems` and the like are lower, or new"),
    ("upper-limit-raised", "upper-limit-lowered", _W, "an upper limit is higher, or gone"),
    ("lower-limit-raised", "lower-limit-lowered", _N, "`minimum`, `minLength`, `minItems` and the like are higher, or new"),
    ("lower-limit-lowered", "lower-limit-raised", _W, "a lower limit is lower, or gone"),
    ("pattern-introduced", "pattern-abolished", _N, "text has to match a pattern now"),
    ("pattern-abolished", "pattern-introduced", _W, "text need not match a pattern any more"),
    ("pattern-changed", "pattern-changed", _O, "another pattern"),
    ("format-introduced", "format-abolished", _N, "text has to have a form now, or a number to fit in one"),
    ("format-abolished", "format-introduced", _W, "text need not have a form any more"),
    ("format-changed", "format-changed", _O, "another form"),
    ("multiple-introduced", "multiple-abolished", _N, "numbers have to be multiples now (`multipleOf`)"),
    ("multiple-abolished", "multiple-introduced", _W, "numbers need not be multiples any more"),
    ("multiple-changed", "multiple-changed", _O, "multiples of another number"),
    ("items-now-unique", "items-no-longer-unique", _N, "items must differ now (`uniqueItems`)"),
    ("items-no-longer-unique", "items-now-unique", _W, "items may be equal now"),
    ("unknown-members-forbidden", "unknown-members-allowed", _N, "members that are not named are no longer allowed"),
    ("unknown-members-allowed", "unknown-members-forbidden", _W, "members that are not named are allowed now"),
    ("alternative-removed", "alternative-added", _N, "a branch of `anyOf` or `oneOf` is gone"),
    ("alternative-added", "alternative-removed", _W, "`anyOf` or `oneOf` have a new branch"),
    ("condition-added", "condition-removed", _N, "one more condition (`not`, `anyOf`, `dependentRequired` and the like)"),
    ("condition-removed", "condition-added", _W, "one condition less"),
    ("condition-changed", "condition-changed", _O, "a condition was reshaped (`if`, `not`, `contains` and the like)"),
    ("schema-forbidden", "schema-allowed", _N, "no value is allowed any more (`false`)"),
    ("schema-allowed", "schema-forbidden", _W, "values are allowed where none was"),
)  # fmt: skip

_J = Judgement
HAND = (
    # Members: what is not named was allowed before, so that direction alone does not decide.
    ("request-member-added", "request-member-removed", "a member may be sent now", _J(
        SAFE, RISKY, "nobody has to send it", "a server as before passes it over")),
    ("request-member-removed", "request-member-added", "a member is no longer named", _J(
        RISKY, SAFE, "what is sent there may be passed over", "nothing has to be read there any more")),
    ("response-member-added", "response-member-removed", "answers may have a new member", _J(
        SAFE, SAFE, "readers pass over members that they do not know", "answers without it conform")),
    ("response-member-removed", "response-member-added", "a member of answers is no longer named", _J(
        RISKY, SAFE, "a reader may count on it", "answers that still have it conform")),
    ("response-required-member-added", "response-required-member-removed", "answers must have a new member", _J(
        SAFE, BREAKING, "readers pass over members that they do not know", "an answer as before lacks it")),
    ("response-required-member-removed", "response-required-member-added", "a member that every answer had is gone", _J(
        BREAKING, SAFE, "a reader could count on it", "answers that still have it conform")),
    ("request-required-member-added", "request-required-member-removed", "a member that is new must be sent", _J(
        BREAKING, RISKY, "a registration as before lacks it and is refused", "a server as before does not ask for it")),
    ("request-required-member-removed", "request-required-member-added", "a member that had to be sent is gone", _J(
        RISKY, BREAKING, "what is sent there may be passed over", "a server as before refuses registrations without it")),
    # What the document says beside schemas.
    ("soft-limit-lowered", "soft-limit-raised", "text is cut sooner (`x-soft-max-length`, `x-soft-limits`)", _J(
        RISKY, RISKY, "what was kept whole may be cut without a word", "a server as before cuts later")),
    ("soft-limit-raised", "soft-limit-lowered", "text is cut later", _J(
        SAFE, RISKY, "nothing is cut that was kept", "a server as before cuts sooner")),
    ("soft-limit-changed", "soft-limit-changed", "a soft limit of another form", _J(RISKY, RISKY, UNDECIDED, UNDECIDED)),
    ("known-value-added", "known-value-removed", "an open list (`x-known-values`) knows one more word", _J(
        SAFE, RISKY, "every word was allowed already", "a server as before may not know the word")),
    ("known-value-removed", "known-value-added", "an open list knows one word less", _J(
        RISKY, SAFE, "the word is reported, though not refused", "words that are not listed had to be borne already")),
    ("known-values-introduced", "known-values-abolished", "an open list of words is new", _J(
        RISKY, SAFE, "words outside the list are reported", "every word has to be borne still")),
    ("known-values-abolished", "known-values-introduced", "an open list of words is gone", _J(
        SAFE, RISKY, "every word is as good as another", "a server as before may tell them apart")),
    ("refusal-code-added", "refusal-code-removed", "a refusal may carry another API code (`x-refusals`)", _J(
        RISKY, SAFE, "a refusal may come with a code that did not before", "the codes as before still conform")),
    ("refusal-code-removed", "refusal-code-added", "a refusal may no longer carry an API code", _J(
        SAFE, BREAKING, "every code that may come was possible before", "a refusal as before may not conform now")),
    ("refusal-codes-introduced", "refusal-codes-abolished", "a keyword has API codes of its own now", _J(
        RISKY, RISKY, "a refusal may come with another code", "the general code may no longer conform")),
    ("refusal-codes-abolished", "refusal-codes-introduced", "a keyword has the general API code again", _J(
        RISKY, RISKY, "a refusal may come with another code", "the code as before may no longer conform")),
    ("personal-mark-added", "personal-mark-removed", "a value is personal data now (`x-personal`)", _J(
        SAFE, SAFE, "messages say less", "messages say less")),
    ("personal-mark-removed", "personal-mark-added", "a value is no longer marked as personal data", _J(
        RISKY, RISKY, "messages may show it", "messages may show it")),
    ("evidence-raised", "evidence-lowered", "a claim is founded better (`x-evidence`, a fact's grade)", _J(
        RISKY, RISKY, "warnings that rest on it may become errors", "warnings that rest on it may become errors")),
    ("evidence-lowered", "evidence-raised", "a claim is founded worse", _J(
        SAFE, SAFE, "errors that rest on it may become warnings", "errors that rest on it may become warnings")),
    ("grounds-changed", "grounds-changed", "constraints name other facts (`x-facts`), or a fact is told otherwise", _J(
        SAFE, SAFE, "nothing is judged otherwise but what the grade of evidence decides",
        "nothing is judged otherwise but what the grade of evidence decides")),
    ("default-changed", "default-changed", "another default value", _J(
        RISKY, RISKY, "what is left out may mean something else", "what is left out has to be read otherwise")),
    ("deprecated", "no-longer-deprecated", "marked as to be given up", _J(
        SAFE, SAFE, "it works still", "it has to work still")),
    ("no-longer-deprecated", "deprecated", "no longer marked as to be given up", _J(
        SAFE, SAFE, "it works still", "it has to work still")),
    ("access-changed", "access-changed", "`readOnly` or `writeOnly` changed", _J(
        RISKY, RISKY, UNDECIDED, UNDECIDED)),
    ("wording-changed", "wording-changed", "a title, a description, a tag or the like", _J(
        SAFE, SAFE, "words bind nobody", "words bind nobody")),
    ("example-changed", "example-changed", "an example", _J(SAFE, SAFE, "examples bind nobody", "examples bind nobody")),
    ("reference-changed", "reference-changed", "a schema is taken from elsewhere; what it says is compared by itself", _J(
        SAFE, SAFE, "only the name is another", "only the name is another")),
    ("component-added", "component-removed", "a component that nothing uses yet", _J(
        SAFE, SAFE, "nothing uses it", "nothing uses it")),
    ("component-removed", "component-added", "a component that nothing used", _J(
        SAFE, SAFE, "nothing used it", "nothing used it")),
    ("component-changed", "component-changed", "a component that nothing uses", _J(
        SAFE, SAFE, "nothing uses it", "nothing uses it")),
    ("other-changed", "other-changed", "a part that the comparison does not know", _J(
        RISKY, RISKY, UNDECIDED, UNDECIDED)),
    ("version-changed", "version-changed", "the document's version, or that of OpenAPI", _J(
        SAFE, SAFE, "the number binds nobody", "the number binds nobody")),
    # The operation.
    ("path-added", "path-removed", "a path is new", _J(
        SAFE, BREAKING, "nobody has to use it", "a server as before does not answer there")),
    ("path-removed", "path-added", "a path is gone", _J(
        BREAKING, SAFE, "requests there are no longer answered", "nothing has to be answered there")),
    ("operation-added", "operation-removed", "a method of a path is new", _J(
        SAFE, BREAKING, "nobody has to use it", "a server as before does not answer it")),
    ("operation-removed", "operation-added", "a method of a path is gone", _J(
        BREAKING, SAFE, "such requests are no longer answered", "nothing has to be answered there")),
    ("operation-renamed", "operation-renamed", "another `operationId`", _J(
        RISKY, SAFE, "clients that are generated from the document have another name for it", "nothing is sent otherwise")),
    ("optional-parameter-added", "optional-parameter-removed", "a header or query parameter may be sent", _J(
        SAFE, RISKY, "nobody has to send it", "a server as before passes it over")),
    ("optional-parameter-removed", "optional-parameter-added", "a parameter that could be sent is gone", _J(
        RISKY, SAFE, "what is sent there may be passed over", "nothing has to be read there")),
    ("required-parameter-added", "required-parameter-removed", "a new parameter must be sent", _J(
        BREAKING, RISKY, "a request as before lacks it", "a server as before does not ask for it")),
    ("required-parameter-removed", "required-parameter-added", "a parameter that had to be sent is gone", _J(
        RISKY, BREAKING, "what is sent there may be passed over", "a server as before refuses requests without it")),
    ("parameter-now-required", "parameter-no-longer-required", "a parameter must be sent now", _J(
        BREAKING, RISKY, "a request without it was taken", "a server as before does not ask for it")),
    ("parameter-no-longer-required", "parameter-now-required", "a parameter may be left out now", _J(
        SAFE, BREAKING, "sending it is right still", "a server as before refuses requests without it")),
    ("parameter-style-changed", "parameter-style-changed", "a parameter is written otherwise (`style`, `explode`)", _J(
        BREAKING, BREAKING, "what is sent is read otherwise", "what is sent is written otherwise")),
    ("body-now-required", "body-no-longer-required", "a body must be sent now", _J(
        BREAKING, RISKY, "a request without a body was taken", "a server as before does not ask for it")),
    ("body-no-longer-required", "body-now-required", "a body may be left out now", _J(
        SAFE, BREAKING, "sending one is right still", "a server as before refuses requests without it")),
    ("request-media-type-added", "request-media-type-removed", "bodies may come in one more media type", _J(
        SAFE, BREAKING, "the type as before is taken still", "a server as before cannot read it")),
    ("request-media-type-removed", "request-media-type-added", "a media type is no longer taken", _J(
        BREAKING, RISKY, "bodies of that type are refused", "a server as before takes what is to be refused now")),
    ("response-media-type-added", "response-media-type-removed", "answers may come in one more media type", _J(
        BREAKING, SAFE, "an answer may come that a reader cannot read", "the type as before conforms still")),
    ("response-media-type-removed", "response-media-type-added", "answers no longer come in a media type", _J(
        SAFE, BREAKING, "every answer that may come was possible before", "an answer of that type no longer conforms")),
    ("response-success-added", "response-success-removed", "one more status of success", _J(
        BREAKING, SAFE, "a success may come that a reader does not know as one", "the statuses as before conform still")),
    ("response-success-removed", "response-success-added", "a status of success is gone", _J(
        BREAKING, BREAKING, "what a reader waits for does not come", "an answer as before no longer conforms")),
    ("response-status-added", "response-status-removed", "one more status of refusal", _J(
        RISKY, SAFE, "a reader may not know it; RFC 9110 has it read as the first of its class",
        "the statuses as before conform still")),
    ("response-status-removed", "response-status-added", "a status of refusal is gone", _J(
        SAFE, BREAKING, "every answer that may come was possible before", "an answer as before no longer conforms")),
    ("response-header-added", "response-header-removed", "answers may have one more header", _J(
        SAFE, SAFE, "readers pass over headers that they do not know", "answers without it conform")),
    ("response-header-removed", "response-header-added", "a header of answers is gone", _J(
        RISKY, SAFE, "a reader may count on it", "answers that still have it conform")),
    ("response-header-now-required", "response-header-no-longer-required", "answers must have a header now", _J(
        SAFE, BREAKING, "readers may count on it now", "an answer without it conformed")),
    ("response-header-no-longer-required", "response-header-now-required", "answers need not have a header any more", _J(
        BREAKING, SAFE, "a reader could count on it", "answers that still have it conform")),
    ("security-added", "security-removed", "one more way to authenticate", _J(
        SAFE, BREAKING, "the ways as before are good still", "a server as before turns it away")),
    ("security-removed", "security-added", "a way to authenticate is gone", _J(
        BREAKING, RISKY, "credentials as before are turned away", "a server as before takes what is to be turned away now")),
    ("security-scheme-changed", "security-scheme-changed", "credentials are handed over otherwise", _J(
        BREAKING, BREAKING, "credentials as before are not found", "credentials as now are not found")),
    ("server-added", "server-removed", "one more address", _J(
        SAFE, RISKY, "the addresses as before are good still", "somebody has to answer there")),
    ("server-removed", "server-added", "an address is gone", _J(
        BREAKING, SAFE, "requests there may no longer be answered", "nothing has to be answered there")),
    ("server-changed", "server-changed", "a variable of an address", _J(
        RISKY, RISKY, "the address may lead elsewhere", "the address may lead elsewhere")),
    ("rate-limit-lowered", "rate-limit-raised", "fewer requests are answered in a minute (`x-rate-limit`)", _J(
        BREAKING, RISKY, "a sender at the pace as before is turned away with 429", "a server as before lets more through")),
    ("rate-limit-raised", "rate-limit-lowered", "more requests are answered in a minute", _J(
        SAFE, BREAKING, "the pace as before is good still", "a server as before turns away too soon")),
    ("rate-limit-introduced", "rate-limit-abolished", "a region has a limit now", _J(
        RISKY, RISKY, "whether there was another limit is not known", "whether there was another limit is not known")),
    ("rate-limit-abolished", "rate-limit-introduced", "a region has no limit in the document any more", _J(
        RISKY, RISKY, "whether there is another limit is not known", "whether there is another limit is not known")),
    ("rate-limit-unit-changed", "rate-limit-unit-changed", "limits are counted otherwise", _J(
        RISKY, RISKY, UNDECIDED, UNDECIDED)),
    ("api-code-added", "api-code-removed", "one more API code (`x-api-codes`)", _J(
        RISKY, SAFE, "a code may come that a reader does not know", "the codes as before conform still")),
    ("api-code-removed", "api-code-added", "an API code is gone", _J(
        SAFE, BREAKING, "every code that may come was possible before", "an answer with it is reported as unknown")),
    ("api-code-kind-changed", "api-code-kind-changed", "an error is a warning now, or a warning an error", _J(
        BREAKING, BREAKING, "what was a refusal is none, or the other way round", "it has to stand in the other list")),
    ("api-code-status-changed", "api-code-status-changed", "an API code comes with another status", _J(
        RISKY, BREAKING, "the code may come with a status that it did not before", "the status as before may not conform")),
    # Org profiles. The verdicts come from predictions for payloads under both profiles; these stand where none shows.
    ("org-section-known", "org-section-unknown", "the profile says something that it did not", _J(
        RISKY, RISKY, "checks speak that were silent; whether the API changed cannot be decided",
        "checks speak that were silent; whether the API changed cannot be decided")),
    ("org-section-unknown", "org-section-known", "the profile no longer says something", _J(
        RISKY, RISKY, "checks are silent that spoke; whether the API changed cannot be decided",
        "checks are silent that spoke; whether the API changed cannot be decided")),
)  # fmt: skip

ORG_SETS = (
    ("source", "a source"), ("account", "an account of a source"), ("mandatory-attribute", "a mandatory attribute"),
    ("country-code", "a country code of mobile numbers"), ("identifier-type", "an identifier type"), ("till", "a till"),
    ("card-series", "a series of loyalty cards"), ("card-label", "a status label of a series"),
    ("programme", "a loyalty programme"), ("status-label", "a status label of customers"),
    ("custom-field", "a custom field"), ("extended-field", "an extended field"),
    ("extended-field-value", "a value of an extended field's list"),
)  # fmt: skip
ORG_VALUES = (
    ("org-limit-raised", "org-limit-lowered", "a number of digits, characters or tiers is higher, or new"),
    ("org-limit-lowered", "org-limit-raised", "a number of digits, characters or tiers is lower, or gone"),
    ("org-switch-on", "org-switch-off", "`requireCountryCode` or `rejectEmptyExtendedFields` is true now"),
    ("org-switch-off", "org-switch-on", "`requireCountryCode` or `rejectEmptyExtendedFields` is no longer true"),
    ("org-renamed", "org-renamed", "the profile's name"),
    ("region-changed", "region-changed", "the region, and with it the rate limit"),
    ("refusal-status-changed", "refusal-status-changed", "the HTTP status of refusals"),
    ("primary-identifier-changed", "primary-identifier-changed", "the primary identifier"),
    ("external-id-prefix-changed", "external-id-prefix-changed", "the prefix of external ids"),
    ("default-status-changed", "default-status-changed", "the default status label"),
    ("extended-field-type-changed", "extended-field-type-changed", "the type of an extended field"),
    ("extended-field-format-changed", "extended-field-format-changed", "the form of an extended date field"),
)
_SHOWN = "as predictions for registrations show"
PROBED = _J(RISKY, RISKY, _SHOWN, _SHOWN)

GATE, NO_GATE = "a gate may stop what it let pass", "the other side's payloads are judged as before"
RULES = (
    ("rule-added", "rule-removed", "a rule is new"),
    ("rule-removed", "rule-added", "a rule is gone"),
    ("rule-severity-raised", "rule-severity-lowered", "findings of a rule weigh more"),
    ("rule-severity-lowered", "rule-severity-raised", "findings of a rule weigh less"),
    ("rule-evidence-raised", "rule-evidence-lowered", "a rule is founded better"),
    ("rule-evidence-lowered", "rule-evidence-raised", "a rule is founded worse"),
    ("rule-target-changed", "rule-target-changed", "a rule looks at another kind of node"),
    ("rule-effects-changed", "rule-effects-changed", "a server does something else where a rule is broken"),
    ("rule-api-code-added", "rule-api-code-removed", "a server may answer one more API code where a rule is broken"),
    ("rule-api-code-removed", "rule-api-code-added", "a server no longer answers an API code where a rule is broken"),
    ("rule-likely-code-added", "rule-likely-code-removed", "an API code is likely where a rule is broken"),
    ("rule-likely-code-removed", "rule-likely-code-added", "an API code is no longer likely where a rule is broken"),
    ("rule-need-added", "rule-need-removed", "a rule is silent without one more section of the org profile"),
    ("rule-need-removed", "rule-need-added", "a rule needs one section less"),
    ("rule-reworded", "rule-reworded", "a title, an explanation, a message, a hint, or the facts of a rule"),
)
