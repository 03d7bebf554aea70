"""A YAML text as nodes that know their places.

YAML is read event by event rather than through a ready-made composer: nesting is bounded before anything
recurses, an alias costs nothing until somebody follows it, and every node keeps line, column and the text it
was written as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from contract_kit.errors import OrgProfileError, ProfileProblem
from contract_kit.org.document import MAX_DEPTH, Place

TAGS = "tag:yaml.org,2002:"
"""What the tags of YAML's own types begin with."""


class Scalar(NamedTuple):
    """A scalar as written: its text, the tag that YAML gives it, and whether that tag was written out."""

    text: str
    tag: str
    explicit: bool
    place: Place


class Collection(NamedTuple):
    """A list, or a mapping with keys and values in turn."""

    is_map: bool
    tag: str | None
    items: list[Scalar | Collection]
    place: Place


Node = Scalar | Collection


def compose(text: str, source: str) -> Node | None:
    """The one document of a YAML text as nodes; ``None`` where there is nothing but comments."""
    import yaml

    def refused(message: str, hint: str | None, mark: Any) -> OrgProfileError:
        return OrgProfileError([ProfileProblem(message, hint, source, mark.line + 1, mark.column + 1)])

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    root: Node | None = None
    documents = 0
    open_: list[Collection] = []
    anchors: dict[str, Node] = {}
    try:
        while loader.check_event():
            event = loader.get_event()
            mark = event.start_mark
            node: Node
            if isinstance(event, yaml.ScalarEvent):
                resolve: Callable[..., str] = loader.resolve
                tag = event.tag or resolve(yaml.ScalarNode, event.value, event.implicit)
                node = Scalar(event.value, tag, event.tag is not None, (mark.line + 1, mark.column + 1))
            elif isinstance(event, yaml.CollectionStartEvent):
                is_map = isinstance(event, yaml.MappingStartEvent)
                node = Collection(is_map, event.tag, [], (mark.line + 1, mark.column + 1))
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in anchors or any(anchors[event.anchor] is one for one in open_):
                    raise refused(f"*{event.anchor} refers to nothing before it", "Write the value out", mark)
                node = anchors[event.anchor]
            else:
                if isinstance(event, yaml.CollectionEndEvent):
                    open_.pop()
                elif isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        raise refused("holds more than one document", "Keep one profile in one file", mark)
                continue
            if getattr(event, "anchor", None) is not None and not isinstance(event, yaml.AliasEvent):
                anchors[event.anchor] = node
            if open_:
                open_[-1].items.append(node)
            else:
                root = node
            if isinstance(event, yaml.CollectionStartEvent):
                open_.append(node)  # type: ignore[arg-type]
                if len(open_) > MAX_DEPTH:
                    raise refused(f"nests deeper than {MAX_DEPTH} levels", "No profile needs more than five", mark)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark is None:
            raise OrgProfileError([ProfileProblem("is not YAML", None, source)]) from None
        message, hint = _spoken(str(error.problem or error.context), text, mark.line, mark.column)
        raise refused(message, hint, mark) from None
    except yaml.YAMLError as error:
        raise OrgProfileError([ProfileProblem(f"is not YAML: {error}", None, source)]) from None
    if isinstance(root, Scalar) and root.tag == TAGS + "null":
        return None
    return root


def _spoken(problem: str, text: str, line: int, column: int) -> tuple[str, str | None]:
    """What a YAML parser complains of, in words that help with the commonest slips."""
    lines = text.splitlines()
    here = lines[line] if line < len(lines) else ""
    if here[column : column + 1] == "\t" or here[: len(here) - len(here.lstrip())].count("\t"):
        return "is indented with a tab, which YAML does not allow", "Use spaces"
    if problem.startswith("mapping values are not allowed"):
        return (
            'is not YAML: a second ":" in one entry, or a wrong indentation',
            "Put text with a colon in quotes, and keys of one level in one column",
        )
    if problem.startswith("found character") and here[column : column + 1] in ("@", "`", "%"):
        return f'is not YAML: a value cannot begin with "{here[column]}"', "Put it in quotes"
    return f"is not YAML: {problem}", None
