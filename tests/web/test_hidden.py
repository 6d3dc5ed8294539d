"""What a curator decided is told to the owner of the book, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from stories import curating
from stories.models import Story

REASON = "It names a real child. <b>Please</b> change the name."


@pytest.fixture
def shared(story: Story) -> Story:
    curating.unlist([story])
    return story


def test_the_owner_reads_why_a_book_was_taken_back(ann: Any, ben: Any, story: Story) -> None:
    curating.publish([story])
    assert ben.get(f"/story/{story.pk}/").status_code == 200
    curating.hide([story], REASON)
    text = ann.get(f"/story/{story.pk}/").text
    assert "It names a real child. &lt;b&gt;Please&lt;/b&gt; change the name." in text
    assert "Only you can read this book now." in text
    assert ben.get(f"/story/{story.pk}/").status_code == 404


def test_others_with_the_link_do_not(ann: Any, ben: Any, shared: Story) -> None:
    Story.objects.filter(pk=shared.pk).update(hidden_reason="Too short.")
    assert "Too short." not in ben.get(f"/story/{shared.pk}/").text
    assert "Whoever has the link can read this book" in ann.get(f"/story/{shared.pk}/").text


def test_most_books_have_no_such_note(ann: Any, story: Story) -> None:
    assert "hidden-reason" not in ann.get(f"/story/{story.pk}/").text
