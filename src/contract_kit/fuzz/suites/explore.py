"""What chance comes upon: conversations about a few people, drawn by a Hypothesis state machine.

The machine only writes: it keeps a model of who is registered where, and draws each next registration by how it stands to
that (again, elsewhere, another form of a value, identifiers of two people…). The run then sends a conversation at its own
pace, judges each answer by the ledger, and makes what it finds small with its own reducer: Hypothesis would need thousands
of requests for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from contract_kit.fuzz.bodies import Bodies, Body
from contract_kit.fuzz.steps import Case, Step
from contract_kit.fuzz.suites.writing import changed
from contract_kit.fuzz.traceless import traceless

LAW = "D05 random conversations"
MISSING = "random conversations need Hypothesis: pip install 'contract-kit[fuzz]'"
_CHUNK = 12
_LONGEST = 8
_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is registered: the identifiers' types, the person's number and the place."""

    types: tuple[str, ...]
    number: int
    place: int


def available() -> bool:
    """Whether Hypothesis is installed."""
    return find_spec("hypothesis") is not None


def cases(bodies: Bodies, seed: int) -> Iterator[Case]:
    """Conversations without end, none twice; the same seed gives the same ones."""
    seen: set[str] = set()
    chunk = number = 0
    while True:
        for steps in conversations(bodies, seed * 1_000_003 + chunk):
            key = repr(steps)
            if key not in seen:
                seen.add(key)
                number += 1
                yield Case("state", f"random conversation {number}", steps, 0, laws=(LAW,), core=False, random=True)
        chunk += 1


def conversations(bodies: Bodies, seed: int) -> list[tuple[Step, ...]]:
    """Some conversations of two to nine registrations."""
    import hypothesis
    from hypothesis.stateful import run_state_machine_as_test

    written: list[tuple[Step, ...]] = []
    settings = hypothesis.settings(
        max_examples=_CHUNK,
        stateful_step_count=_LONGEST,
        phases=(hypothesis.Phase.generate,),
        database=None,
        deadline=None,
        verbosity=hypothesis.Verbosity.quiet,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    with traceless():
        machine = hypothesis.seed(seed)(_machine(bodies, written.append))
        run_state_machine_as_test(machine, settings=settings)
    return [steps for steps in written if len(steps) > 1]


def _machine(bodies: Bodies, done: Callable[[tuple[Step, ...]], None]) -> Any:
    """The state machine that writes one conversation in each of its examples."""
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

    needed = tuple(type_ for type_ in bodies.org.mandatory if type_ in bodies.types)
    places = st.integers(0, len(bodies.places) - 1)
    types = st.lists(st.sampled_from(bodies.types), min_size=1, max_size=3, unique=True)
    looks = st.sampled_from((False, False, False, True))
    which = st.integers(0, 31)

    class Conversation(RuleBasedStateMachine):
        """Registrations about a few people; ``known`` is the model."""

        def __init__(self) -> None:
            super().__init__()
            self.steps: list[Step] = []
            self.known: list[Known] = []
            self.people = 0

        def say(self, people: list[tuple[tuple[str, ...], int]], place: int, look: bool = False, *more: Body) -> Body:
            """Write down a registration of some people's identifiers."""
            items = [bodies.identifier(type_, number) for own, number in people for type_ in own]
            have = {item["type"] for item in items}
            items += [bodies.identifier(type_, people[0][1]) for type_ in needed if type_ not in have]
            body = bodies.body(bodies.profile(place, *items), *more)
            self.steps.append(Step(body, look=look))
            return body

        def someone(self, number: int) -> Known:
            return self.known[number % len(self.known)]

        @initialize(own=types, place=places)
        def first(self, own: list[str], place: int) -> None:
            self.newcomer(own, place, look=False)

        @precondition(lambda self: self.people < _PEOPLE)
        @rule(own=types, place=places, look=looks)
        def newcomer(self, own: list[str], place: int, look: bool) -> None:
            self.people += 1
            self.say([(tuple(own), self.people)], place, look)
            self.known.append(Known((*own, *(type_ for type_ in needed if type_ not in own)), self.people, place))

        @rule(who=which, by=which)
        def again(self, who: int, by: int) -> None:
            """By one of the identifiers only, in the same place."""
            one = self.someone(who)
            self.say([((one.types[by % len(one.types)],), one.number)], one.place)

        @rule(who=which, by=which, place=places, look=looks)
        def elsewhere(self, who: int, by: int, place: int, look: bool) -> None:
            one = self.someone(who)
            own = (one.types[by % len(one.types)],)
            self.say([(own, one.number)], place, look)
            self.known.append(Known(own, one.number, place))

        @rule(who=which, own=types)
        def more_of_a_person(self, who: int, own: list[str]) -> None:
            """With identifiers that may be new, beside one that is known."""
            one = self.someone(who)
            self.say([(tuple(dict.fromkeys((one.types[0], *own))), one.number)], one.place)

        @precondition(lambda self: len({one.number for one in self.known}) > 1)
        @rule(who=which, other=which, place=places, look=looks)
        def two_people(self, who: int, other: int, place: int, look: bool) -> None:
            one, two = self.someone(who), self.someone(other)
            if one.number != two.number:
                self.say([(one.types[:1], one.number), (two.types[-1:], two.number)], place, look)

        @rule(who=which, place=places)
        def another_form(self, who: int, place: int) -> None:
            """An address in capitals, a mobile with signs."""
            one = self.someone(who)
            body = self.say([(one.types, one.number)], place)
            changed(body, "email", str.upper)
            changed(body, "mobile", lambda value: f"+{value[:2]} {value[2:]}")

        @rule(who=which, place=places, look=looks)
        def two_profiles(self, who: int, place: int, look: bool) -> None:
            one = self.someone(who)
            items = [bodies.identifier(type_, one.number) for type_ in (*one.types, *needed)]
            self.say([(one.types, one.number)], one.place, look, bodies.profile(place, *items))

        @rule(who=which, name=st.sampled_from(("N" * 101, "  Sample  ", "長" * 40, "")))
        def odd_name(self, who: int, name: str) -> None:
            one = self.someone(who)
            body = self.say([(one.types[-1:], one.number)], 0, True)
            body["profiles"][0]["firstName"] = name

        def teardown(self) -> None:
            done(tuple(self.steps))

    return Conversation
