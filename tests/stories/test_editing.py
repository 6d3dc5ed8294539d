"""Words are changed, and none that anybody wrote is lost."""

from __future__ import annotations

import importlib
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from stories import editing, redoing, rewriting, runner
from stories.differing import compare
from stories.models import GenerationSession, Step, Story, StoryVersion
from stories.people import Person
from stories.services import Conflict
from stories.validation import clean_description, clean_story_text
from stories.versions import add_version, hash_words, keep_shown, lock_story, name_revision, read_words
from tests.library import TEXT, add_picture, make_story
from tests.stories.conftest import ALICE, BOB, admit, do

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def story() -> Story:
    return make_story(ALICE, pictures=False)


def edit(story: Story, person: Person = ALICE, revision: str = "", **changes: str) -> StoryVersion:
    return editing.edit_words(story, person=person, changes=changes, revision=revision)


def numbers(story: Story) -> list[tuple[int, str, str]]:
    return [(one.number, one.made_by, one.title) for one in story.versions.all()]


def rewrite(story: Story, wish: str = "make it funnier", part: str = "story_text", **where: object) -> Step:
    """Ask, and let a worker do it."""
    session = redoing.rewrite(story, person=ALICE, part=part, instruction=wish, **where)  # type: ignore[arg-type]
    admit(session)
    step = session.steps.get()
    do(step)
    step.refresh_from_db()
    return step


def test_the_first_change_keeps_the_original(story: Story) -> None:
    version = edit(story, title="Another")
    assert numbers(story) == [(1, "original", "The Painter of Nights"), (2, "person", "Another")]
    story.refresh_from_db()
    assert (story.title, story.version) == ("Another", version)
    assert story.versions.get(number=1).language_model == "sketch"


def test_what_one_person_types_at_one_sitting_is_one_version(story: Story) -> None:
    for title in ("A", "An", "Ano"):
        edit(story, title=title)
    assert [number for number, *_ in numbers(story)] == [1, 2]
    edit(story, BOB, title="Anot")
    StoryVersion.objects.update(updated_at=timezone.now() - timedelta(minutes=11))
    edit(story, BOB, title="Anoth")
    assert [title for *_, title in numbers(story)][1:] == ["Ano", "Anot", "Anoth"]


def test_the_same_words_are_no_change(story: Story) -> None:
    edit(story, title=story.title)
    assert numbers(story) == [(1, "original", "The Painter of Nights")]


def test_a_change_from_what_was_read_earlier_is_kept_aside(story: Story) -> None:
    revision = name_revision(story)
    edit(story, title="First")
    for title in ("Second", "Second tab"):
        with pytest.raises(editing.ChangedMeanwhile) as caught:
            edit(story, revision=revision, title=title)
    story.refresh_from_db()
    assert story.title == "First"
    assert caught.value.version.title == "Second tab"
    assert [title for *_, title in numbers(story)][1:] == ["First", "Second tab"]
    editing.keep_version(caught.value.version, person=ALICE)
    story.refresh_from_db()
    assert story.title == "Second tab"


def test_other_words_than_those_that_changed_can_be_changed(story: Story) -> None:
    revision = name_revision(story)
    edit(story, title="First")
    edit(story, revision=revision, story_text="New text.")
    story.refresh_from_db()
    assert (story.title, story.story_text) == ("First", "New text.")


@pytest.mark.parametrize("revision", ["x", "-", "a-b-c-d-e"])
def test_a_revision_that_nobody_can_read_knows_nothing(story: Story, revision: str) -> None:
    with pytest.raises(editing.ChangedMeanwhile):
        edit(story, revision=revision, title="x")


def test_two_at_once_both_stay(story: Story) -> None:
    begin = threading.Barrier(2)

    def type_in(person: Person, title: str) -> None:
        begin.wait()
        edit(Story.objects.get(pk=story.pk), person, title=title)
        connection.close()

    threads = [threading.Thread(target=type_in, args=who) for who in ((ALICE, "One"), (BOB, "Two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(title for *_, title in numbers(story)) == ["One", "The Painter of Nights", "Two"]


def test_a_passage_comes_back_as_a_proposal(story: Story) -> None:
    step = rewrite(story, start=0, end=36)
    assert (step.status, step.session.redo) == ("done", "text")
    proposed = story.versions.get(proposed=True)
    assert (proposed.made_by, proposed.part, proposed.instruction) == (
        "model",
        "story_text",
        "make it funnier",
    )
    assert proposed.story_text.endswith("\n\nIn the morning the sky was blue again.")
    assert proposed.story_text.startswith("Once there was a dragon who painted. ")
    story.refresh_from_db()
    assert story.story_text == TEXT
    editing.keep_version(proposed, person=ALICE)
    story.refresh_from_db()
    assert story.story_text == proposed.story_text
    editing.keep_version(story.versions.get(number=1), person=ALICE)
    story.refresh_from_db()
    assert story.story_text == TEXT
    assert story.versions.count() == 2


def test_a_proposal_changes_its_part_alone(story: Story) -> None:
    rewrite(story, part="title")
    proposed = story.versions.get(proposed=True)
    edit(story, story_text="Other words.")
    editing.keep_version(proposed, person=ALICE)
    story.refresh_from_db()
    assert (story.title, story.story_text) == (proposed.title, "Other words.")


def test_put_aside_it_stays_among_the_versions(story: Story) -> None:
    rewrite(story)
    proposed = story.versions.get(proposed=True)
    editing.put_aside(proposed)
    assert not story.versions.filter(proposed=True).exists()
    assert story.versions.filter(pk=proposed.pk).exists()


def offered(story: Story) -> list[str]:
    return [one.title for one in story.versions.filter(proposed=True)]


def propose(story: Story, title: str = "", **changes: str) -> StoryVersion:
    """As `stories.rewriting` does."""
    [part] = changes = {"title": title} if title else changes
    with transaction.atomic():
        now = lock_story(story)
        keep_shown(now)
        words = read_words(now) | changes
        return add_version(now, words, made_by="model", proposed=True, part=part)


def test_a_newer_proposal_passes_over_the_one_before(story: Story) -> None:
    propose(story, "First")
    second = propose(story, "Second")
    propose(story, story_text="Other words.")
    assert list(story.versions.filter(proposed=True).values_list("part", flat=True)) == [
        "title",
        "story_text",
    ]
    editing.put_aside(second)
    assert list(story.versions.filter(proposed=True).values_list("part", flat=True)) == ["story_text"]
    assert story.versions.count() == 4, "nothing is lost"


def test_one_that_was_passed_over_still_changes_its_part_alone(story: Story) -> None:
    first = propose(story, "First")
    edit(story, story_text="Typed since.")
    propose(story, "Second")
    story.refresh_from_db()
    first.refresh_from_db()
    assert not first.proposed
    editing.keep_version(first, person=ALICE)
    story.refresh_from_db()
    assert (story.title, story.story_text) == ("First", "Typed since.")
    editing.keep_version(story.versions.get(number=1), person=ALICE)
    story.refresh_from_db()
    assert story.story_text != "Typed since.", "what was shown once comes back whole"


def test_what_is_typed_passes_over_what_was_proposed_for_it(story: Story) -> None:
    propose(story, "First")
    edit(story, story_text="Other words.")
    assert offered(story) == ["First"]
    edit(story, title="By hand")
    assert offered(story) == []
    assert "First" in [title for *_, title in numbers(story)]


def test_two_undecided_from_earlier_times_go_with_a_decision_on_the_later(story: Story) -> None:
    for decide in (editing.put_aside, lambda version: editing.keep_version(version, person=ALICE)):
        propose(story, "First")
        last = propose(story, "Second")
        story.versions.filter(title="First").update(proposed=True)  # as it was before they were passed over
        decide(last)
        assert offered(story) == []


def test_an_earlier_decision_leaves_the_later_proposal(story: Story) -> None:
    first = propose(story, "First")
    propose(story, "Second")
    editing.put_aside(first)
    assert offered(story) == ["Second"]


def test_who_goes_back_to_an_earlier_version_has_chosen(story: Story) -> None:
    edit(story, title="By hand")
    propose(story, "Proposed")
    propose(story, story_text="Other words.")
    editing.keep_version(story.versions.get(number=1), person=ALICE)
    assert [one.part for one in story.versions.filter(proposed=True)] == ["story_text"]


def test_what_two_tabs_typed_is_passed_over_by_the_next_change_of_it(story: Story) -> None:
    revision = name_revision(story)
    edit(story, title="First")
    with pytest.raises(editing.ChangedMeanwhile):
        edit(story, revision=revision, title="Late", story_text="Late words.")
    assert offered(story) == ["Late"]
    edit(story, title="Both")
    assert offered(story) == []


def test_a_description_that_comes_with_a_picture_passes_over_what_was_proposed(story: Story) -> None:
    propose(story, character_description="A red dragon.")
    propose(story, background_description="A cave.")
    add_picture(story, description="A blue dragon.", is_live=False).go_live(describes=True)
    assert [one.part for one in story.versions.filter(proposed=True)] == ["background_description"]


def test_what_was_passed_over_before_that_was_known_is_offered_no_more(story: Story) -> None:
    propose(story, "First")
    propose(story, story_text="Other words.")
    edit(story, title="By hand")
    StoryVersion.objects.filter(number__in=(2, 3)).update(proposed=True)
    migration = importlib.import_module("stories.migrations.0014_passed_over")
    with connection.cursor() as cursor:
        cursor.execute(migration.PASS_OVER)
    assert [one.part for one in story.versions.filter(proposed=True)] == ["story_text"]


def test_a_passage_is_found_where_it_stands_now(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    session = redoing.rewrite(story, person=ALICE, part="story_text", instruction="longer", start=38, end=76)
    edit(story, story_text=f"A new beginning.\n\n{TEXT}")
    admit(session)
    do(session.steps.get())
    proposed = story.versions.get(proposed=True)
    assert proposed.story_text.startswith(f"A new beginning.\n\n{TEXT} ")


def test_a_passage_that_is_gone_fails_in_plain_words(story: Story) -> None:
    session = redoing.rewrite(story, person=ALICE, part="story_text", instruction="longer", start=38, end=76)
    edit(story, story_text="All is new.")
    admit(session)
    do(session.steps.get())
    session.refresh_from_db()
    assert session.status == "failed"
    assert "changed meanwhile" in session.error
    assert not story.versions.filter(proposed=True).exists()


@pytest.mark.parametrize(
    "where",
    [
        {"start": 5, "end": 5}, {"start": 9, "end": 2}, {"start": 0, "end": 999}, {"start": 999},
        {"passage": "no such words"}, {"passage": "the"}, {"start": 0, "end": 4, "passage": "Nope"},
        {"start": 36, "end": 38},
    ],
)  # fmt: skip
def test_there_must_be_such_a_passage(story: Story, where: dict[str, object]) -> None:
    with pytest.raises(Conflict):
        redoing.rewrite(story, person=ALICE, part="story_text", instruction="x", **where)  # type: ignore[arg-type]
    assert not GenerationSession.objects.exists()


def test_blanks_round_a_passage_are_left_alone(story: Story) -> None:
    session = redoing.rewrite(story, person=ALICE, part="story_text", instruction="x", start=36, end=76)
    wanted = session.steps.get().wanted
    assert (wanted["start"], wanted["end"], wanted["passage"]) == (38, 76, TEXT[38:76])


def test_what_a_changed_text_makes_stale_is_told_and_refreshed(story: Story) -> None:
    for kind in ("character", "background", "combined"):
        add_picture(story, kind, description=getattr(story, f"{kind}_description", ""))
    assert redoing.find_stale(story) == []
    edit(story, story_text="A knight went home.")
    everything = ["character", "background", "character_image", "background_image", "combined_image"]
    story = Story.objects.get(pk=story.pk)
    assert redoing.find_stale(story) == everything
    session = redoing.refresh(story, person=ALICE)
    assert [step.name for step in session.steps.all()] == everything
    assert session.steps.get(name="combined_image").after == ["character_image", "background_image"]


def test_a_description_written_anew_is_a_version_and_makes_its_picture_old(story: Story) -> None:
    add_picture(story, description=story.character_description)
    edit(story, story_text="A knight went home.")
    session = redoing.refresh(story, person=ALICE, names=["character"])
    admit(session)
    runner.run(session.steps.get().pk, "test")
    story = Story.objects.get(pk=story.pk)
    version = story.versions.last()
    assert version is not None
    assert (version.made_by, version.part, version.pk) == ("model", "character_description", story.version_id)
    assert version.character_description == story.character_description != "A small green dragon."
    assert story.described_from["character_description"] == hash_words("A knight went home.")
    assert redoing.find_stale(story) == ["background", "character_image"]


def test_going_back_makes_nothing_stale(story: Story) -> None:
    edit(story, story_text="A knight went home.")
    editing.keep_version(story.versions.get(number=1), person=ALICE)
    assert redoing.find_stale(Story.objects.get(pk=story.pk)) == []


def test_a_description_written_by_hand_belongs_to_the_text_of_now(story: Story) -> None:
    edit(story, story_text="A knight went home.")
    edit(story, character_description="A knight.", background_description="A home.")
    assert redoing.find_stale(Story.objects.get(pk=story.pk)) == []


def test_nothing_old_nothing_to_refresh(story: Story) -> None:
    with pytest.raises(Conflict, match="out of date"):
        redoing.refresh(story, person=ALICE)


def test_a_hero_placed_by_hand_stays_there(story: Story) -> None:
    spot = {"x": 0.2, "y": 0.9, "height": 0.4, "flipped": False}
    for kind in ("character", "background"):
        add_picture(story, kind, style="ink", description="Something else.")
    add_picture(story, "combined", parameters={"placement": spot, "by_hand": True})
    session = redoing.refresh(story, person=ALICE)
    assert session.steps.get(name="combined_image").wanted == {"placement": spot}
    assert session.steps.get(name="character_image").wanted == {"style": "ink"}


def marked(pieces: object) -> str:
    return "".join(f"[{one.text}]" if one.changed else one.text for one in pieces)  # type: ignore[attr-defined]


def test_a_comparison_goes_word_by_word() -> None:
    same, row = compare("One.\n\nThe red fox ran.", "One.\n\nThe fox ran home.")
    assert same.same == 1
    assert (marked(row.old), marked(row.new)) == ("The[ red] fox ran.", "The fox ran[ home].")
    [row] = compare("夜空を描く龍", "夜空を見る龍")
    assert (marked(row.old), marked(row.new)) == ("夜空を[描く]龍", "夜空を[見る]龍")


def test_a_comparison_of_long_texts_comes_to_an_end() -> None:
    rows = compare("a b " * 15_000, "b a " * 15_000)
    assert len(rows) == 1


def test_a_whole_that_would_be_too_long_is_not_proposed(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rewriting.MOST, "story_text", len(TEXT))
    step = rewrite(story, wish="longer")
    assert (step.status, step.session.status) == ("failed", "failed")
    assert step.failures == 1  # to try again would not help
    assert f"at most {len(TEXT)} are possible" in step.error
    assert not story.versions.filter(proposed=True).exists()


def test_what_a_text_may_hold_by_hand_bounds_a_proposal() -> None:
    for part, rule in (("story_text", clean_story_text), ("character_description", clean_description)):
        rule("x" * rewriting.MOST[part])
        with pytest.raises(ValidationError):
            rule("x" * (rewriting.MOST[part] + 1))


@pytest.mark.parametrize("name", ["character", "background"])
def test_a_story_without_text_is_not_described(name: str) -> None:
    blank = make_story(ALICE, pictures=False, story_text="", title="")
    with pytest.raises(Conflict, match="no text to describe yet"):
        redoing.refresh(blank, person=ALICE, names=[name])
    assert not GenerationSession.objects.exists()
