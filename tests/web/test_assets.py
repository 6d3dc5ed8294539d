"""What is committed under static/ is what the templates name, and nothing comes from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
OWN = list(TEMPLATES.glob("*.html"))


def check_hash(path: Path) -> None:
    assert hashlib.sha256(path.read_bytes()).hexdigest()[:12] == path.name.split(".")[-2], path.name


def test_there_is_one_style_sheet_named_by_its_content_and_the_templates_name_it() -> None:
    (sheet,) = (STATIC / "css").glob("starloom.*.css")
    check_hash(sheet)
    assert f"css/{sheet.name}" in (TEMPLATES / "_stylesheet.html").read_text()


def test_fonts_are_named_by_their_content_and_all_of_them_are_used() -> None:
    sheet = next((STATIC / "css").glob("starloom.*.css")).read_text()
    named = set(re.findall(r"\.\./fonts/([\w.-]+)", sheet))
    there = {path.name for path in (STATIC / "fonts").glob("*.woff2")}
    assert named == there
    for name in there:
        check_hash(STATIC / "fonts" / name)
    assert "SIL Open Font License" in (STATIC / "fonts" / "OFL.txt").read_text()


def test_every_picture_that_the_style_sheet_names_is_there() -> None:
    sheet = next((STATIC / "css").glob("starloom.*.css")).read_text()
    for name in re.findall(r"\.\./img/([\w.-]+)", sheet):
        assert (STATIC / "img" / name).is_file()


@pytest.mark.parametrize(
    "path", [*OWN, *(STATIC / "js").glob("*.js"), *(STATIC / "css").glob("*.css")], ids=str
)
def test_nothing_is_loaded_from_elsewhere_and_nothing_is_inline(path: Path) -> None:
    text = path.read_text()
    without_names = text.replace("http://www.w3.org/", "").replace("https://tailwindcss.com", "")
    assert not re.search(
        r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", re.sub(r"^\s*//.*$", "", without_names, flags=re.M)
    )
    if path.suffix == ".html":
        assert not re.search(r"\son[a-z]+=|javascript:|\sstyle=", text)
        assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_pages_name_only_files_that_are_there(ann: Any) -> None:
    from django.contrib.staticfiles import finders

    names = re.findall(r'(?:src|href)="/static/([^"]+)"', ann.get("/").text)
    assert len(names) >= 5
    assert all(finders.find(name) for name in names)


def test_the_lock_file_names_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert packages
    assert not any("resolved" in package for package in packages.values())
    assert all("integrity" in package or not name for name, package in packages.items())
    assert "registry" not in (ROOT / ".npmrc").read_text().replace("omit-lockfile-registry-resolved", "")
