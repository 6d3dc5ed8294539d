"""Twenty sentences at once, over HTTP only: all complete, all differ, and all are there after a restart."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image

from tests.support.copy import Copy

SENTENCES = [
    "A shy dragon who paints the night sky", "A lighthouse keeper befriends a whale",
    "Two sisters build a raft to reach the moon", "The robot that was afraid of rain",
    "Tell me a story about a cat in Paris", "My grandmother's teapot", "Rain",
    "Mira, a young fox, wants to see the sea", "A knight who lost his courage in a forest",
    "An owl librarian finds a forbidden book", "A pirate princess looks for a friend",
    "Ein kleiner Bär sucht den Winter", "A snowman who dreams of summer",
    "The last astronaut on Mars grows a garden", "A mouse opens a bakery in a castle",
    "A ghost who cannot scare anybody", "An old turtle races the wind",
    "A wizard's apprentice breaks the clock of the city", "A penguin in the desert",
    "The girl who collected storms",
]  # fmt: skip
SIZES = {"character": (768, 768), "background": (1024, 768), "combined": (1024, 768)}


def read_story(copy: Copy, story_id: str) -> dict[str, object]:
    return dict(copy.http.get(f"/api/v1/stories/{story_id}/").raise_for_status().json())


def open_picture(address: str) -> tuple[int, int]:
    """Its size, once every pixel has been decoded."""
    with Image.open(io.BytesIO(httpx.get(address, timeout=10).raise_for_status().content)) as picture:
        picture.load()
        return picture.size


@pytest.mark.long
@pytest.mark.timeout(300)
def test_twenty_at_once_complete_and_are_still_there_after_a_restart(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Copy(tmp_path_factory.mktemp("twenty") / "data", SKETCH_WORDS_PER_SECOND="0") as copy:
        with ThreadPoolExecutor(max_workers=len(SENTENCES)) as people:
            ids = list(people.map(copy.generate, SENTENCES))
        ended = copy.wait(ids, 180)
        assert [status["status"] for status in ended] == ["completed"] * len(SENTENCES)
        # The sketch knows English only, and says so of the one sentence in another language.
        warned = {sentence: status["warnings"] for sentence, status in zip(SENTENCES, ended, strict=True)}
        [told] = warned.pop("Ein kleiner Bär sucht den Winter")
        assert "asked for in German; it is in English" in told
        assert [*warned.values()] == [[]] * len(warned)
        for status in ended:
            assert all(step["started_at"] and step["finished_at"] for step in status["steps"])
        stories = [read_story(copy, status["story_id"]) for status in ended]
        for story in stories:
            assert story["title"]
            assert len(str(story["story_text"]).split()) >= 300
            assert story["character_description"]
            assert story["background_description"]
            images = story["images"]
            assert isinstance(images, list)
            assert {image["image_type"]: open_picture(image["url"]) for image in images} == SIZES
        assert len({story["story_text"] for story in stories}) == len(SENTENCES)
        assert copy.stop() == 0
        copy.start()
        assert [read_story(copy, status["story_id"]) for status in ended] == stories
