"""The API keeps to its OpenAPI document, whatever is sent: all of schemathesis' checks, on every call."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from rest_framework.authtoken.models import Token
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation, BaseSchema

from stories.models import GenerationStatus, Story, StoryVersion, Visibility
from stories.people import Person
from story_generator.wsgi import application
from tests.fuzz.conftest import look
from tests.library import add_picture, make_generation, make_story

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

HERE = "http://localhost"
PLAIN = {"Accept-Encoding": "identity"}
STORY, IMAGE, VERSION = (uuid.UUID(int=number) for number in range(1, 4))
#: What a schema cannot say of a valid request: which bytes are a project file, what is left after trimming.
UNTOLD = ("This is not a", "No file was submitted", "Write at least", "This must not be empty")
#: Whoever asks for this is nobody that we know any more.
EVERYTHING = "DELETE /api/v1/me/"
STATES: list[dict[str, Any]] = [
    {},
    {"visibility": Visibility.PUBLIC},
    {"visibility": Visibility.UNLISTED, "story_text": "", "title": ""},
    {"trashed_at": timezone.now()},
    {"hidden_at": timezone.now(), "hidden_reason": "rude"},
]


@dataclass
class World:
    """Who may ask, by what they send, and the story that they ask for."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    owners: dict[str, Person] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    now: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.come_back()

    def come_back(self) -> None:
        """Whoever had all deleted that is stored about them comes back as somebody new."""
        for name in ("owner", "other", "curator"):
            user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": name == "curator"})
            self.owners[name] = Person(f"account:{user.pk}", account_id=user.pk)
            token, _ = Token.objects.get_or_create(user=user)
            self.people[name] = {"headers": {"Authorization": f"Token {token.key}"}}
        User.objects.get(username="curator").user_permissions.set(
            Permission.objects.filter(codename="change_story")
        )
        session = SessionStore()
        session["visitor"] = "v1"
        session.save()
        self.now = None
        self.people |= {
            "visitor": {"cookies": {"sessionid": session.session_key}, "headers": {}},
            "nobody": {"headers": {}},
            "forger": {"headers": {"Authorization": "Token 0123456789"}},
        }

    def begin_anew(self, state: dict[str, Any], *, only_read: bool = False) -> dict[str, str]:
        """The story as at first, and where its parts are found."""
        was, self.now = self.now, state if only_read else None
        if only_read and was is state:
            return self.known
        Story.objects.all().delete()
        story = make_story(self.owners["owner"], pictures=False, id=STORY, **state)
        add_picture(story, id=IMAGE)
        StoryVersion.objects.create(story=story, id=VERSION, number=1, made_by="original", title="First")
        session = make_generation(story, GenerationStatus.CANCELLED)
        known = {"story_id": STORY, "image_id": IMAGE, "version_id": VERSION, "session_id": session.pk}
        self.known = {name: str(value) for name, value in known.items()}
        return self.known

    def call(self, case: Case, who: str) -> Any:
        sent = self.people[who]
        return case.call(base_url=HERE, headers=PLAIN | sent["headers"], cookies=sent.get("cookies"))


@pytest.fixture(autouse=True)
def small(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    settings.GENERATIONS_WAITING_PER_PERSON = 3
    yield
    connection.close()


@pytest.fixture(scope="module")
def schema() -> BaseSchema:
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    schema.app = application
    return schema


@pytest.fixture
def world(db: None) -> World:
    return World()


def list_operations(schema: BaseSchema) -> list[APIOperation]:
    found: list[Any] = list(schema.get_all_operations())
    return [operation.ok() for operation in found]


def make_cases(operation: APIOperation) -> st.SearchStrategy[Case]:
    """Requests that the document allows, and such as it does not."""
    wrong = [operation.as_strategy(GenerationMode.NEGATIVE)] if can_be_wrong(operation) else []
    return st.one_of(operation.as_strategy(GenerationMode.POSITIVE), *wrong)


def can_be_wrong(operation: APIOperation) -> bool:
    return bool(operation.body or operation.path_parameters or operation.query or operation.headers)


def place(case: Case, known: dict[str, str]) -> None:
    """Let a request that is right in its path ask for what there is."""
    if is_right(case, "path"):
        case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}


def is_right(case: Case, part: str) -> bool:
    components = case.meta.components if case.meta else {}
    modes = {location.value: one.mode for location, one in components.items()}
    return modes.get(part, GenerationMode.POSITIVE) == GenerationMode.POSITIVE


def check(case: Case, answer: Any) -> None:
    untold = answer.status_code == 400 and any(words in answer.text for words in UNTOLD)
    left_out = {"positive_data_acceptance"} if untold else set()
    checks: list[Any] = [one for one in CHECKS.get_all() if one.__name__ not in left_out]
    case.validate_response(answer, checks=checks)


def call_often(operation: APIOperation, world: World) -> Counter[int]:
    """The statuses of the answers, each of which was as the document has it."""
    answers = Counter[int]()

    @look(5)
    @given(make_cases(operation), st.sampled_from(sorted(world.people)), st.sampled_from(STATES))
    def call(case: Case, who: str, state: dict[str, Any]) -> None:
        place(case, world.begin_anew(state, only_read=operation.method == "get"))
        answer = world.call(case, who)
        if operation.label == EVERYTHING:
            world.come_back()
        answers[answer.status_code] += 1
        check(case, answer)

    call()
    return answers


def test_every_call_keeps_to_the_document(schema: BaseSchema, world: World) -> None:
    answers: Counter[int] = Counter()
    wrong: dict[str, str] = {}
    for operation in list_operations(schema):
        try:
            answers += call_often(operation, world)
        except (Exception, Failure, FailureGroup) as error:
            wrong[operation.label] = "\n".join(map(str, [error, *getattr(error, "exceptions", [])]))
    assert not wrong, "\n\n".join(f"{label}\n{told[:2000]}" for label, told in wrong.items())
    assert {200, 201, 202, 204, 400, 401, 403, 404, 409} <= set(answers), answers


def test_one_call_after_another(schema: BaseSchema, world: World) -> None:
    """What one call answers with is asked for by the next."""
    machine = schema.as_state_machine()
    world.begin_anew({})

    class Walk(machine):  # type: ignore[misc, valid-type]
        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"base_url": HERE, "headers": PLAIN | world.people["owner"]["headers"]}

        def validate_response(self, response: Any, case: Case, *args: Any, **named: Any) -> None:
            check(case, response)

    run_state_machine_as_test(Walk, settings=look(3, stateful_step_count=6))
