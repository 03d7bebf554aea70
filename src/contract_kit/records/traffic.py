"""Files of recorded traffic: the registrations in them one by one, and what was passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from contract_kit import jsontext
from contract_kit.errors import InputError
from contract_kit.exchange import MISSING
from contract_kit.findings import Pointer, escape_pointer
from contract_kit.records import har, vcr
from contract_kit.records.finding import STDIN, Source, unreadable
from contract_kit.records.formats import opened
from contract_kit.records.operation import registers, split
from contract_kit.records.recorded import File, Recording, Side
from contract_kit.showing import count

_HINT = "it is neither a HAR (log.entries) nor a cassette (interactions)"
_BOM = b"\xef\xbb\xbf"


def kind_of_recording(value: object) -> str | None:
    """``har`` or ``vcr`` where the content of a file looks like a recording."""
    form: Any = value
    if har.is_har(value):
        return "har" if isinstance(form["log"], dict) else None
    return "vcr" if vcr.is_cassette(value) and isinstance(form[vcr.root_of(value)[0]], list) else None


class Traffic:
    """The registrations of one file; which kind of file it is shows by its content. ``said`` tells of the rest, once all
    have been given out. Raises ``InputError``, with a place, for a file that is none or is broken."""

    def __init__(self, source: Source) -> None:
        self._source = source.name
        self._called = "<stdin>" if source.name == STDIN else source.name
        self._counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Recording]:
        file = self._file()
        value: Any = file.document.value
        form: Any = har if har.is_har(value) else vcr
        if form is vcr and not vcr.is_cassette(value):
            self._fail(file, (), "holds no recorded traffic", _HINT)

        def broken(pointer: Pointer, message: str, hint: str) -> NoReturn:
            self._fail(file, pointer, message, hint)

        root, listed = (
            (har.ENTRIES, har.entries(value, broken))
            if form is har
            else (vcr.root_of(value), vcr.interactions(value, broken))
        )
        for index, entry in enumerate(listed):
            place: Pointer = (*root, index)
            method, url = form.target(entry, place, broken)
            if not registers(method, split(url)[0]):
                self._counts["other"] += 1
                continue
            sent, got = form.request(entry, place, broken), form.answer(entry, place, broken)
            self._counts["judged"] += 1
            self._note(sent, got)
            yield Recording(file, index, sent, got if got is not None and got.body is not None else None)
        if not self._counts["judged"]:
            others = f"{count(self._counts['other'], 'request')} of other kinds"
            self._fail(file, root, f"holds no registration, but {others}", "registrations are POST to …/v2/customers")

    @property
    def said(self) -> str | None:
        """What was passed over or judged in part; ``None`` where everything was judged as a whole."""
        counts = self._counts
        parts = [
            (counts["other"], "of other requests passed over", None),
            (counts["unanswered"], "without an answer", "only the request is judged"),
            (counts["no answer body"], "whose answer's body was not recorded", "only the request is judged"),
            (counts["no request body"], "whose own body was not recorded", "it is not judged"),
        ]
        told = [f"{number} {text}{f' ({more})' if more else ''}" for number, text, more in parts if number]
        if not told:
            return None
        return f"{self._called}: {count(counts['judged'], 'registration')} judged; {', '.join(told)}"

    def _note(self, sent: Side, got: Side | None) -> None:
        if got is None:
            self._counts["unanswered"] += 1
        elif got.body is None:
            self._counts["no answer body"] += 1
        if sent.body is None:
            self._counts["no request body"] += 1

    def _file(self) -> File:
        try:
            with opened(self._source) as stream:
                data = stream.read()
        except OSError as error:
            raise unreadable(self._source, error) from None
        if not data.strip():
            raise InputError("holds nothing to check", hint="It is empty, or has blank lines only", source=self._called)
        file = self._json(data) if data.removeprefix(_BOM).lstrip()[:1] in (b"{", b"[") else self._yaml(data)
        if file.document.value is MISSING:
            problem = file.document.problems[0]
            line, column = problem.line, problem.column
            raise InputError(problem.message, hint=problem.hint, source=self._called, line=line, column=column)
        return file

    def _json(self, data: bytes) -> File:
        document = jsontext.parse(data)
        text = data.removeprefix(_BOM).decode("utf-8", "replace") if document.value is not MISSING else None
        return File(self._source, document, text)

    def _yaml(self, data: bytes) -> File:
        from contract_kit.records.yamltext import documents

        for document in documents(data, binary=True):
            return File(self._source, document)
        raise InputError("holds nothing to check", source=self._called)

    def _fail(self, file: File, pointer: Pointer, message: str, hint: str) -> NoReturn:
        line, column = file.document.position(pointer) or (None, None)
        where = escape_pointer(pointer)
        said = f"{where}: {message}" if where else message
        raise InputError(said, hint=hint, source=self._called, line=line, column=column)
