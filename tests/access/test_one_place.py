"""That `stories.access` alone says who may read and who may change what."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

STORIES = Path(settings.BASE_DIR) / "stories"
#: The desk is not among them: it has Django's own permissions, and looks at all stories.
FACES = ("web", "api", "live", "management", "templatetags")
#: What a rule is made of. A face that asks for one of these decides by itself.
RULES = {
    "may_be_read_by", "is_owned_by", "is_open_by_uuid", "is_from_nobody", "is_known", "readable_by",
    "listed_for", "is_staff", "is_superuser", "is_authenticated", "has_perm", "account_id",
}  # fmt: skip
#: To look for a thing without asking who wants it.
LOOKS_UP = {"get", "filter", "all", "exclude", "first", "get_object_or_404"}
THINGS = re.compile(
    r"(Story|GeneratedImage|GenerationSession|StoryVersion|ShareLink|Step|Event|Mark)\.objects\b"
)
#: What was taken in a moment ago is whose it is.
SITES = {"api/sharing.py": {"Story.objects.with_pictures().get"}}


#: Streams are counted by person where a person is known; that lets nobody in who may not come in.
COUNTS = {"live/places.py": {"person.is_known"}}


def list_modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((STORIES / folder).rglob("*.py"))]


def find_rules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in RULES:
            yield ast.unparse(node)
        if isinstance(node, ast.Compare) and any(
            isinstance(side, ast.Attribute)
            and side.attr in ("person", "owner", "owner_id")
            and "." in ast.unparse(side)
            for side in (node.left, *node.comparators)
        ):
            yield ast.unparse(node)


@pytest.mark.parametrize("path", list_modules(*FACES), ids=lambda path: str(path.relative_to(STORIES)))
def test_no_face_decides_by_itself(path: Path) -> None:
    found = set(find_rules(ast.parse(path.read_text())))
    assert found == COUNTS.get(str(path.relative_to(STORIES)), set()), f"ask stories.access in {path.name}"


def find_lookups(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            words = ast.unparse(node.func)
            if words == "services.find_generation" or (node.func.attr in LOOKS_UP and THINGS.match(words)):
                yield words


@pytest.mark.parametrize("path", list_modules("web", "api"), ids=lambda path: str(path.relative_to(STORIES)))
def test_no_face_looks_things_up_by_itself(path: Path) -> None:
    found = set(find_lookups(ast.parse(path.read_text())))
    allowed = SITES.get(str(path.relative_to(STORIES)), set())
    assert found <= allowed


def test_the_test_sees_a_face_that_decides() -> None:
    for code in ("story.may_be_read_by(person)", "request.user.is_staff", "story.person == person.key"):
        assert list(find_rules(ast.parse(code))), code
    assert list(find_lookups(ast.parse("Story.objects.filter(pk=1)")))
