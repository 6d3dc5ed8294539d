from __future__ import annotations

import io
import threading
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from stories import curating, services, sharing
from stories.books import Unprintable, pdf
from stories.models import ShareLink, Story, Visibility
from tests.library import add_picture, make_generation, make_story

FORMATS = {
    "epub": "application/epub+zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "markdown": "application/zip",
}


@pytest.fixture
def nobody(db: None) -> Client:
    """A browser without a key."""
    return Client()


@pytest.fixture
def curator(db: None) -> Client:
    user = User.objects.create_user("carol", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="change_story"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def link(story: Story) -> ShareLink:
    return sharing.share_story(story, days=7)


def at(story: Story, *rest: str) -> str:
    return f"/story/{story.pk}/{'/'.join(rest)}{'/' if rest else ''}"


# The share page


def test_whoever_has_the_link_reads_the_book(nobody: Client, story: Story, link: ShareLink) -> None:
    answer = nobody.get(link.get_absolute_url())
    assert answer.status_code == 200
    page = answer.content.decode()
    assert all(part in page for part in [story.title, *story.story_text.split("\n\n")])
    assert "not a language model" in page
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cache-Control"].startswith("private")


def test_it_opens_nothing_else(nobody: Client, story: Story, link: ShareLink) -> None:
    page = nobody.get(link.get_absolute_url()).content.decode()
    assert str(story.pk) not in page
    assert "/media/" not in page
    assert page.count('method="post"') == page.count('method="post" action="/language/"') == 1
    assert nobody.get(at(story)).status_code == 404
    assert nobody.get(story.pictures["combined"].file.url).status_code == 404


def test_nothing_that_is_shared_tells_the_storys_own_identifier(
    nobody: Client, story: Story, link: ShareLink
) -> None:
    """For a story from a bare address that is the key to change it."""
    making = make_generation(story)
    add_picture(story, "character", is_live=False)
    keys = [story.pk, making.pk, *story.images.values_list("pk", flat=True)]
    for name in ("", "export/epub/", "export/docx/", "export/markdown/", "export/pdf/"):
        answer = nobody.get(f"{link.get_absolute_url()}{name}")
        assert answer.status_code == 200
        said = answer.content + repr(answer.headers).encode()
        if answer.content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                said += b"".join(archive.read(one) for one in archive.namelist())
        assert not [key for key in keys if str(key).encode() in said or key.hex.encode() in said], name


def test_a_book_has_the_same_identifier_each_time(nobody: Client, story: Story, link: ShareLink) -> None:
    def read() -> bytes:
        data = nobody.get(f"{link.get_absolute_url()}export/epub/").content
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read("EPUB/package.opf").partition(b"urn:uuid:")[2][:36]

    first = read()
    Story.objects.filter(pk=story.pk).update(title="Another")
    assert first == read() != b""


def test_its_pictures_come_under_the_link(nobody: Client, story: Story, link: ShareLink) -> None:
    for image in story.pictures.values():
        url = f"{link.get_absolute_url()}{image.file.name}"
        assert url in nobody.get(link.get_absolute_url()).content.decode()
        answer = nobody.get(url)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/webp"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "noindex" in answer["X-Robots-Tag"]
        assert b"".join(answer.streaming_content).startswith(b"RIFF")  # type: ignore[attr-defined]


def test_earlier_and_other_pictures_stay_hidden(
    nobody: Client, ben: Any, story: Story, link: ShareLink
) -> None:
    earlier = add_picture(story, "character", is_live=False)
    other = make_story(ben.person).pictures["combined"]
    for image in (earlier, other):
        assert nobody.get(f"{link.get_absolute_url()}{image.file.name}").status_code == 404


@pytest.mark.parametrize("how", ["withdrawn", "expired", "trashed", "unknown", "deleted"])
def test_a_closed_link_says_so_kindly(nobody: Client, story: Story, link: ShareLink, how: str) -> None:
    url, picture = link.get_absolute_url(), story.pictures["combined"].file.name
    match how:
        case "withdrawn":
            sharing.withdraw_links(story)
        case "expired":
            ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        case "trashed":
            Story.objects.update(trashed_at=timezone.now())
        case "unknown":
            url = "/shared/not-a-token/"
        case "deleted":
            services.delete_story(story)
    for path in (url, f"{url}{picture}", f"{url}export/epub/"):
        answer = nobody.get(path)
        assert answer.status_code == 404
        assert "Ask whoever gave it to you" in answer.content.decode()
        assert "noindex" in answer["X-Robots-Tag"]


@pytest.mark.parametrize(
    "path", ["", "export/epub/", "export/nothing/", "export/project/", "images/ab/c.webp"]
)
def test_the_link_is_for_reading_only(nobody: Client, link: ShareLink, path: str) -> None:
    url = f"{link.get_absolute_url()}{path}"
    assert nobody.post(url).status_code == 405
    assert nobody.get(url).status_code == (200 if path in ("", "export/epub/") else 404)


# Making a link


def test_its_owner_makes_a_link_and_takes_it_back(ann: Any, nobody: Client, story: Story) -> None:
    assert ann.post(at(story, "share"), {"days": "30"}).status_code == 302
    link = story.share_links.get()
    assert link.expires_at is not None
    assert timedelta(days=29) < link.expires_at - timezone.now() < timedelta(days=31)
    page = ann.get(at(story)).content.decode()
    assert f"http://testserver{link.get_absolute_url()}" in page
    assert "shared by link" in page
    assert ann.post(at(story, "share", "withdraw")).status_code == 302
    assert nobody.get(link.get_absolute_url()).status_code == 404
    assert link.token not in ann.get(at(story)).content.decode()


def test_a_new_link_closes_the_earlier_one(ann: Any, nobody: Client, story: Story, link: ShareLink) -> None:
    ann.post(at(story, "share"), {"days": ""})
    new = story.share_links.get(withdrawn_at=None)
    assert new.expires_at is None
    assert nobody.get(link.get_absolute_url()).status_code == 404
    assert nobody.get(new.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("days", ["0", "-7", "8", "x", "7\x00", "९", "1e3"])
def test_it_takes_no_other_times(ann: Any, story: Story, days: str) -> None:
    assert ann.post(at(story, "share"), {"days": days}).status_code == 400
    assert not story.share_links.exists()


@pytest.mark.parametrize("days", [True, 7.0, [7], {"days": 7}, 10**30])
def test_nor_such_types(ann: Any, story: Story, days: Any) -> None:
    answer = ann.post(at(story, "share"), {"days": days}, content_type="application/json")
    assert answer.status_code == 400
    assert not story.share_links.exists()


def test_a_script_is_told_the_address(ann: Any, story: Story) -> None:
    answer = ann.post(at(story, "share"), {"days": 7}, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["url"] == f"http://testserver{story.share_links.get().get_absolute_url()}"


ACTIONS = [("share",), ("share", "withdraw"), ("publish",), ("publish", "take-back")]


@pytest.mark.parametrize("action", ACTIONS)
def test_only_its_owner_and_staff_share(
    nobody: Client, ann: Any, ben: Any, curator: Client, story: Story, action: tuple[str, ...]
) -> None:
    path = at(story, *action)
    assert [client.post(path).status_code for client in (nobody, ben)] == [404, 404]
    curating.unlist([story])
    assert [client.post(path).status_code for client in (nobody, ben)] == [403, 403]
    assert [client.post(path).status_code for client in (ann, curator)] == [302, 302]
    assert ann.get(path).status_code == 405


def test_others_see_no_link(ben: Any, story: Story, link: ShareLink) -> None:
    curating.publish([story])
    page = ben.get(at(story)).content.decode()
    assert link.token not in page
    assert "Withdraw" not in page
    assert "/export/project/" not in page
    assert "/export/epub/" in page


def test_a_story_without_text_is_not_shared(ann: Any) -> None:
    story = make_story(ann.person, story_text="")
    assert ann.post(at(story, "share")).status_code == 409
    assert ann.post(at(story, "publish")).status_code == 409


# Asking to publish


def test_its_owner_asks_and_takes_it_back(ann: Any, ben: Any, story: Story) -> None:
    assert "only you" in ann.get(at(story)).content.decode()
    ann.post(at(story, "publish"))
    story.refresh_from_db()
    asked = story.publish_asked_at
    assert asked is not None
    assert story.visibility == Visibility.PRIVATE
    assert ben.get(at(story)).status_code == 404
    assert "asked to be public" in ann.get(at(story)).content.decode()
    ann.post(at(story, "publish"))
    story.refresh_from_db()
    assert story.publish_asked_at == asked
    ann.post(at(story, "publish", "take-back"))
    story.refresh_from_db()
    assert story.publish_asked_at is None


def test_a_public_story_says_so_and_is_not_asked_for(ann: Any, story: Story) -> None:
    curating.publish([story])
    assert "public library" in ann.get(at(story)).content.decode()
    assert ann.post(at(story, "publish")).status_code == 409


# Export


@pytest.mark.parametrize("name", FORMATS)
def test_who_may_read_it_may_take_it_away(
    nobody: Client, ann: Any, ben: Any, story: Story, name: str
) -> None:
    answer = ann.get(at(story, "export", name))
    assert answer.status_code == 200
    assert answer["Content-Type"] == FORMATS[name]
    assert answer["Content-Disposition"].startswith('attachment; filename="the-painter-of-nights.')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    assert [client.get(at(story, "export", name)).status_code for client in (nobody, ben)] == [404, 404]
    curating.publish([story])
    assert [client.get(at(story, "export", name)).status_code for client in (nobody, ben)] == [200, 200]


def test_the_project_is_its_owners(nobody: Client, ann: Any, ben: Any, curator: Client, story: Story) -> None:
    curating.publish([story])
    codes = [client.get(at(story, "export", "project")).status_code for client in (nobody, ben, ann, curator)]
    assert codes == [403, 403, 200, 200]


def test_there_are_no_other_formats(ann: Any, story: Story) -> None:
    assert ann.get(at(story, "export", "exe")).status_code == 404
    assert ann.post(at(story, "export", "epub")).status_code == 405


def test_a_story_without_text_is_no_book(ann: Any) -> None:
    assert ann.get(at(make_story(ann.person, story_text=""), "export", "epub")).status_code == 409


def test_a_missing_library_is_told(ann: Any, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*args: Any, **options: Any) -> Any:
        raise Unprintable(pdf.PANGO)

    monkeypatch.setattr(pdf, "run_press", missing)
    answer = ann.get(at(story, "export", "pdf"))
    assert answer.status_code == 503
    assert "apt-get install libpango" in answer.content.decode()
    assert answer["Retry-After"]


@pytest.mark.parametrize("way", ["page", "link", "api"])
def test_a_busy_press_says_so_at_once(
    ann: Any, nobody: Client, story: Story, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    link = ann.post(at(story, "share"), HTTP_ACCEPT="application/json").json()["url"]
    monkeypatch.setattr(pdf, "_places", threading.BoundedSemaphore(1))
    address = {
        "page": at(story, "export", "pdf"),
        "link": f"{link}export/pdf/",
        "api": f"/api/v1/stories/{story.pk}/export/pdf/",
    }[way]
    with pdf._places:
        answer = (nobody if way == "link" else ann).get(address)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert str(pdf.BUSY) in answer.content.decode()


# Import


def bring(client: Any, content: bytes, **more: Any) -> Any:
    file = io.BytesIO(content)
    file.name = "story.starloom.zip"
    return client.post("/import/file/", {"file": file}, **more)


def test_a_project_file_becomes_a_story_of_ones_own(ann: Any, ben: Any, story: Story) -> None:
    data = ann.get(at(story, "export", "project")).content
    assert ben.get("/import/").status_code == 200
    answer = bring(ben, data)
    new = Story.objects.exclude(pk=story.pk).get()
    assert answer["Location"] == new.get_absolute_url()
    assert (new.person, new.story_text) == (ben.person.key, story.story_text)
    assert ben.get(new.get_absolute_url()).status_code == 200
    assert ann.get(new.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04"])
def test_it_says_what_is_wrong_with_a_file(ann: Any, content: bytes) -> None:
    answer = bring(ann, content)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Story.objects.exists()


@pytest.mark.parametrize("data", [{}, {"file": "text"}, {"other": "x"}])
def test_a_form_without_a_file_is_told(ann: Any, data: dict[str, str]) -> None:
    answer = ann.post("/import/file/", data)
    assert answer.status_code == 400
    assert "Choose a project file" in answer.content.decode()


def test_a_large_upload_is_refused_before_it_is_read(ann: Any, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_BYTES = 1000
    for path in ("/import/file/", "/generate/"):
        file = io.BytesIO(b"x" * 2000)
        assert ann.post(path, {"file": file, "prompt": "A dragon"}).status_code == 413
    assert not Story.objects.exists()
