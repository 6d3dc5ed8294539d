"""How a generation's page tells what happened in it."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from stories import services
from stories.admin.timeline import describe_steps
from stories.models import Event, GenerationSession, GenerationStatus, Step, Story
from tests.admin.conftest import EVIL, GENERATIONS, VISITOR, act, page
from tests.library import make_generation


def test_it_tells_who_did_what_when_and_how_often(curator: Client, story: Story) -> None:
    session = make_generation(story, GenerationStatus.FAILED)
    began = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)
    Step.objects.filter(session=session, name="story").update(
        attempt=3, failures=2, worker="text@loom-7", started_at=began,
        finished_at=began + timedelta(seconds=12.34), result={"model": "llama3.2"},
    )  # fmt: skip
    text = page(curator, f"{GENERATIONS}{session.pk}/change/")
    for words in ("Writing the story", "12.3 s", "10:00:00", "3 tries, 2 failed", "llama3.2", "text@loom-7"):
        assert words in text, words
    assert "The painter had no paint." in text


def test_steps_lie_on_one_scale_of_time(story: Story) -> None:
    session = make_generation(story)
    began = timezone.now()
    for name, start, end in (("story", 0, 5), ("character", 5, 10), ("background", 5, 7)):
        Step.objects.filter(session=session, name=name).update(
            started_at=began + timedelta(seconds=start), finished_at=began + timedelta(seconds=end)
        )
    Step.objects.filter(session=session, name__endswith="image").update(started_at=None, finished_at=None)
    lanes = {entry["step"].name: (entry["left"], entry["width"]) for entry in describe_steps(session)}
    assert lanes["story"] == (0, 50)
    assert lanes["character"] == (50, 50)
    assert lanes["background"] == (50, 20)
    assert lanes["combined_image"] == (0, 0)


def test_it_shows_what_was_logged(curator: Client, story: Story) -> None:
    session = make_generation(story)
    Event.objects.create(session=session, kind="step_started", step="story", data={"worker": EVIL})
    Event.objects.create(session=session, kind="odd", step="unknown", data=["no", "object"])
    Event.objects.create(session=session, kind="long", data={"text": "x" * 5000})
    text = page(curator, f"{GENERATIONS}{session.pk}/change/")
    assert text.index("step started") < text.index("odd") < text.index("x" * 199)
    assert "x" * 201 not in text
    assert EVIL not in text


def test_of_a_long_log_it_shows_the_end(curator: Client, story: Story) -> None:
    session = make_generation(story)
    Event.objects.bulk_create(Event(session=session, kind=f"event-{index:03}") for index in range(350))
    text = page(curator, f"{GENERATIONS}{session.pk}/change/")
    assert "event-349" in text
    assert "event-050" in text
    assert "event-049" not in text


def test_a_page_that_has_just_begun_can_be_opened_and_stopped(curator: Client) -> None:
    session = services.start_generation(person=VISITOR, prompt="One that is under way")
    session.events.all().delete()  # as those that were made before events were
    address = f"{GENERATIONS}{session.pk}/change/"
    text = page(curator, address)
    assert "not tried" in text
    assert 'value="cancel"' in text
    assert "No events were logged." in text
    text = act(curator, GENERATIONS, "cancel", session, back="page")
    assert GenerationSession.objects.get().status == "cancelled"
    assert 'value="retry"' in text
    assert "not tried" in text


def test_what_is_whole_has_nothing_to_try_again(curator: Client, story: Story) -> None:
    session = make_generation(story)
    assert 'class="desk-buttons"' not in page(curator, f"{GENERATIONS}{session.pk}/change/")
