"""What is found, marked, thrown away and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from stories import access, library, redoing, services
from stories.models import GeneratedImage, GenerationStatus, Mark, Story, Visibility
from stories.people import Person
from stories.search import Search
from tests.library import add_picture, make_generation, make_story

pytestmark = pytest.mark.django_db
ANN, BEN, NOBODY = Person("visitor:ann"), Person("visitor:ben"), Person("address:203.0.113.7")


def tell(title: str, person: Person = ANN, **fields: Any) -> Story:
    return make_story(person, title=title, pictures=False, **{"prompt": "x", "story_text": "y", **fields})


def titles(words: str = "", person: Person = ANN, shelf: str = "", **wanted: str) -> list[str]:
    return [story.title for story in library.find_stories(person, Search(words, **wanted), shelf=shelf)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("owl", {"The Owl", "An Owlet"}),  # still being typed
        ("owl ", {"The Owl", "An Owlet"}),
        ("the owl", {"The Owl"}),
        ('"owl"', {"The Owl"}),
        ("ow", {"The Owl", "An Owlet"}),
        ("owl or fox", {"The Owl", "Of a Fox"}),
        ("owl -night", set()),
        ("-night owl", {"An Owlet"}),
        ('"night sky"', {"The Owl"}),
        ('"sky night"', set()),
        ("FOX", {"Of a Fox"}),
        ("zebra", set()),
        ("龍", {"夜空の龍"}),
        ("空の", {"夜空の龍"}),
        ("空の zebra", set()),
    ],
)
def test_it_finds_words(words: str, found: set[str]) -> None:
    tell("The Owl", story_text="under the night sky")
    tell("An Owlet")
    tell("Of a Fox")
    tell("夜空の龍")
    assert set(titles(words)) == found


ODD = ["'", '"', "-", "!", "a' & 'b", ":*", "\\", "((", "-a-b", "'':*", "or", "%", "💫"]


@pytest.mark.parametrize("words", ODD)
def test_no_words_break_it(words: str) -> None:
    tell("The Owl")
    assert titles(words) in ([], ["The Owl"])


def test_a_title_weighs_more_than_a_sentence_and_that_more_than_a_text() -> None:
    tell("c", story_text="an owl")
    tell("b", prompt="an owl")
    tell("An owl")
    tell("d", story_text="an owl")
    assert titles("owl")[:2] == ["An owl", "b"]
    assert titles("owl", order="newest") == ["d", "An owl", "b", "c"]


def test_what_is_written_anew_is_found_anew() -> None:
    story = tell("The Owl")
    access.edit_story(ANN, story, title="The Fox")
    assert (titles("owl"), titles("fox")) == ([], ["The Fox"])


def test_it_filters_and_orders() -> None:
    tell("B", style="ink", genre="sea", language="en")
    tell("A", style="ink", genre="winter", language="de")
    tell("C", style="oil", genre="sea", language="en")
    assert titles(style="ink") == ["A", "B"]
    assert titles(genre="sea", language="en") == ["C", "B"]
    assert titles(style="ink", genre="sea") == ["B"]
    assert titles(order="title") == ["A", "B", "C"]
    assert titles(order="oldest") == ["B", "A", "C"]
    library.mark_story(BEN, Story.objects.get(title="B"), thumb=1)
    assert titles(order="liked") == ["B", "C", "A"]
    library.mark_story(BEN, Story.objects.get(title="B"), thumb=-1)
    assert titles(order="liked") == ["C", "A", "B"]


def test_each_shelf_holds_what_it_says() -> None:
    tell("Mine")
    mine = tell("Mine, for all", visibility=Visibility.PUBLIC)
    tell("Hers", BEN)
    hers = tell("Hers, for all", BEN, visibility=Visibility.PUBLIC)
    link = tell("Hers, by link", BEN, visibility=Visibility.UNLISTED)
    hidden = tell("Hers, hidden since", BEN, visibility=Visibility.UNLISTED)
    for story in (mine, hers, link, hidden):
        library.mark_story(ANN, story, is_favourite=True)
    library.mark_story(ANN, mine, is_favourite=False)
    access.edit_story(BEN, hidden, visibility=Visibility.PRIVATE)
    assert set(titles()) == {"Mine", "Mine, for all", "Hers, for all"}
    assert set(titles(shelf="mine")) == {"Mine", "Mine, for all"}
    assert set(titles(shelf="public")) == {"Mine, for all", "Hers, for all"}
    assert set(titles(shelf="favourites")) == {"Hers, for all", "Hers, by link"}
    assert titles(shelf="favourites", person=BEN) == []
    assert titles(shelf="favourites", person=NOBODY) == titles(shelf="mine", person=NOBODY) == []


def test_there_is_one_mark_a_person_and_story() -> None:
    story = tell("The Owl", visibility=Visibility.PUBLIC)
    library.mark_story(ANN, story, thumb=1)
    library.mark_story(ANN, story, is_favourite=True)
    library.mark_story(ANN, story, thumb=1)
    library.mark_story(BEN, story, thumb=1)
    story.refresh_from_db()
    assert (Mark.objects.count(), story.likes) == (2, 2)
    seen = access.find_story(ANN, story.pk)
    assert (seen.is_favourite, seen.thumb) == (True, 1)
    assert access.find_story(NOBODY, story.pk).is_favourite is False


def test_who_would_not_be_known_again_marks_nothing() -> None:
    with pytest.raises(access.NotYours):
        library.mark_story(NOBODY, tell("The Owl", visibility=Visibility.PUBLIC), thumb=1)


def test_in_the_trash_it_is_for_nobody_but_its_owner() -> None:
    story = make_story(ANN, visibility=Visibility.PUBLIC)
    making, name = make_generation(story), str(story.images.all()[0].file.name)
    library.mark_story(BEN, story, is_favourite=True)
    library.trash_story(story)
    staff = Person("account:1", account_id=1, is_staff=True)
    for person in (ANN, BEN, NOBODY, staff):
        with pytest.raises(Story.DoesNotExist):
            access.find_story(person, story.pk)
        with pytest.raises(making.DoesNotExist):
            access.find_generation(person, making.pk)
        for shelf in library.SHELVES:
            assert titles(person=person, shelf=shelf) == []
    for person in (BEN, NOBODY):
        with pytest.raises(Story.DoesNotExist):
            access.find_trashed(person, story.pk)
        with pytest.raises(GeneratedImage.DoesNotExist):
            access.find_picture(person, name)
        assert list(access.list_trash(person)) == []
    assert access.find_picture(ANN, name)
    assert list(access.list_trash(ANN)) == [access.find_trashed(ANN, story.pk)]
    library.restore_story(access.find_trashed(ANN, story.pk))
    assert titles(person=BEN, shelf="favourites") == [story.title]


def test_a_picture_of_many_stories_is_not_looked_up_in_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a file that is imported again and again: the same content, the same name."""
    stories = [tell(f"story {number}", visibility="unlisted") for number in range(access.FEW + 1)]
    images = [add_picture(story) for story in stories]
    name = str(images[0].file.name)
    GeneratedImage.objects.update(file=name)
    looked_at: list[GeneratedImage] = []
    may_see = access.may_see

    def look(image: GeneratedImage, person: Person) -> bool:
        looked_at.append(image)
        return may_see(image, person)

    monkeypatch.setattr(access, "may_see", look)
    access.find_picture(BEN, name)
    assert len(looked_at) == 1
    Story.objects.exclude(pk=stories[-1].pk).update(visibility="private")
    assert access.find_picture(BEN, name) == images[-1]


def test_what_is_being_made_stops_in_the_trash_and_nothing_new_begins() -> None:
    session = services.start_generation(person=ANN, prompt="A shy dragon")
    library.trash_story(session.story)
    session.refresh_from_db()
    assert session.status == GenerationStatus.CANCELLED
    with pytest.raises(Story.DoesNotExist):
        redoing.redo_picture(session.story, "character", person=ANN, description="a dragon")
    with pytest.raises(Story.DoesNotExist):
        library.trash_story(session.story)


def test_the_trash_is_emptied_after_its_days(settings: Any) -> None:
    settings.TRASH_DAYS = 30
    old, new, _ = tell("Old"), tell("New"), tell("Kept")
    library.trash_story(old)
    library.trash_story(new)
    Story.objects.filter(pk=old.pk).update(trashed_at=timezone.now() - timedelta(days=30, minutes=1))
    Story.objects.filter(pk=new.pk).update(trashed_at=timezone.now() - timedelta(days=29))
    assert library.empty_trash() == 1
    assert set(Story.objects.values_list("title", flat=True)) == {"New", "Kept"}


def test_another_like_it_takes_over_all_but_the_seed() -> None:
    session = services.start_generation(
        person=ANN, prompt="A shy dragon", style="ink", genre="sea", language="de", images=False
    )
    assert library.list_wishes(session.story) == {
        "prompt": "A shy dragon",
        "style": "ink",
        "genre": "sea",
        "language": "de",
        "images": "false",
        "varied_from": str(session.story_id),
    }


def test_the_language_follows_the_text() -> None:
    story = tell("The Owl")
    access.edit_story(
        ANN, story, story_text="Es war einmal ein Drache, und der Drache war nicht mit dem Mond da."
    )
    assert Story.objects.get().language == "de"


def test_what_is_featured_stands_first_on_the_public_shelf_and_on_the_front_page() -> None:
    featured = tell("Featured", visibility=Visibility.PUBLIC, is_featured=True)
    for number in range(7):
        tell(f"Later {number}", visibility=Visibility.PUBLIC)
    tell("Private")
    assert titles(shelf="public")[:2] == ["Featured", "Later 6"]
    assert titles(shelf="public", order="newest")[-1] == "Featured"
    assert titles(words="y", shelf="public")[-1] == "Featured"
    assert titles()[-1] == "Featured"

    def recent(person: Person, number: int) -> list[str]:
        return [story.title for story in library.list_recent(person, number)]

    assert recent(BEN, 3) == ["Featured", "Later 6", "Later 5"]
    assert recent(ANN, 3) == ["Featured", "Private", "Later 6"]
    library.trash_story(featured)
    assert recent(BEN, 2) == ["Later 6", "Later 5"]
