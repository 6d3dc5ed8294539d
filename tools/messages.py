"""`make messages`: collects what people read into locale/*/LC_MESSAGES/*.po, and compiles these to .mo.

    python tools/messages.py [LANGUAGE …]

A language that is named and not there yet is begun. gettext's own tools are not needed: Babel does it all.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
DOMAINS = ("django", "djangojs")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
}
#: What the desk shows of django-unfold, which comes in English alone; and of Django, where it misleads.
UNFOLD = (
    "Light", "Dark", "System", "Apply Filters", "Reset filters", "Type to search", "Select action",
    "Select action to run", "Run", "Select all rows", "Select record", "Expand row", "More actions",
    "Previous", "From", "To", "True", "False", "General", "Go back", "Return to site", "Welcome back to",
    "Forgotten your password or username?", "Toggle password visibility",
    "You have been successfully logged out from the administration", "No results found", "All applications",
    "History",
)  # fmt: skip
TEMPLATES = {".html", ".xhtml", ".opf", ".txt"}


def collect(domain: str) -> Catalog:
    """What the sources ask to be translated, with the files in which it stands."""
    found = Catalog(project="Starloom", fuzzy=False)
    with translation.override(None):
        for name, words, notes in list_scripts() if domain == "djangojs" else list_python():
            found.add(words, locations=[(name, 0)], auto_comments=notes)
    return found


Found = Iterator[tuple[str, str | tuple[str, ...], list[str]]]


def list_scripts() -> Found:
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        yield from read("javascript", path, path.read_bytes())


def list_python() -> Found:
    for folder in ("stories", "story_generator"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from read("python", path, path.read_bytes())
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in TEMPLATES and path.name != "_stylesheet.html":
            yield from read("python", path, as_python(path.read_text()))
    for name, words in list_tables():
        yield name, words, []


def as_python(template: str) -> bytes:
    """Django's own way of showing a template to gettext; a blank at a line's start would mean something."""
    from django.utils.translation.template import templatize

    return "\n".join(line.lstrip() for line in templatize(template).splitlines()).encode()


def read(method: str, path: Path, source: bytes) -> Found:
    name = path.relative_to(ROOT).as_posix()
    options = {"parse_template_string": method == "javascript"}
    for _, words, notes, _ in extract(method, io.BytesIO(source), KEYWORDS, ["Translators"], options):
        yield name, words, notes


def list_tables() -> Iterator[tuple[str, str]]:
    """Words that stand in tables, and are translated where these are shown."""
    from agents.genres import GENRES
    from agents.languages import LANGUAGES
    from imaging.styles import STYLES
    from imaging.types import PictureWithheld
    from stories.admin.sidebar import GROUPS
    from stories.books import FORMATS
    from stories.models import GeneratedImage, GenerationSession, Story
    from stories.pipeline import KINDS
    from stories.web.book import WISHES

    yield from (("agents/genres.py", genre.label) for genre in GENRES.values())
    yield from (("agents/languages.py", language.english) for language in LANGUAGES.values())
    yield from (("imaging/styles", style.label) for style in STYLES.values())
    yield "imaging/types.py", str(PictureWithheld())
    for kind in KINDS.values():
        yield from (("stories/pipeline.py", words) for words in (kind.label, kind.piece))
        yield "stories/steps.py", f"{kind.piece} is missing."
    for one in FORMATS.values():
        yield from (("stories/books/__init__.py", words) for words in (one.label, one.purpose))
    for wishes in WISHES.values():
        yield from (("stories/web/book.py", wish) for wish in wishes)
    yield from (("django-unfold", words) for words in UNFOLD)
    for model in (Story, GeneratedImage, GenerationSession):
        names = model._meta
        yield from (("stories/models", str(name)) for name in (names.verbose_name, names.verbose_name_plural))
        yield from (("stories/models", str(field.verbose_name)) for field in names.fields if field.concrete)
    for title, links in GROUPS:
        yield from (("stories/admin/sidebar.py", words) for words in (title, *(link[0] for link in links)))


def find_file(language: str, domain: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read_catalog(path: Path, language: str, domain: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def update(language: str, domain: str) -> Catalog:
    """The language's catalogue, with what is new and without what nobody asks for any more."""
    path = find_file(language, domain)
    if path.exists():
        catalog = read_catalog(path, language, domain)
    else:
        catalog = Catalog(locale=language, domain=domain, project="Starloom", fuzzy=False)
    catalog.update(collect(domain), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def compile_catalog(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def main(languages: list[str]) -> None:
    for language in languages or sorted(path.name for path in LOCALE.iterdir()):
        for domain in DOMAINS:
            catalog, path = update(language, domain), find_file(language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, catalog, width=110, sort_by_file=True, include_lineno=False)
            path.with_suffix(".mo").write_bytes(compile_catalog(catalog))
            missing = [message.id for message in catalog if message.id and not is_whole(message)]
            print(f"{path.relative_to(ROOT)}: {len(catalog)} messages, {len(missing)} to be translated")


def is_whole(message: Message) -> bool:
    return bool(message.string) and all(message.string or ())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "story_generator.settings")
    django.setup()
    main(sys.argv[1:])
