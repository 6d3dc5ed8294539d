"""The background agent: tells a painter what the setting of a story looks like."""

from __future__ import annotations

from pydantic import Field, field_validator

from agents.describing import Describer, Description, join_prompt
from agents.genres import GENRES, find_genre

REQUEST = f"""\
Describe the place where the story mostly happens, as one wide picture without people or creatures. The hero \
is painted by somebody else: leave the hero out.

Fields:
- place: what place it is ("a fishing village on a steep coast", "the bridge of a starship")
- time_of_day: hour and season ("dusk", "a winter morning")
- light: weather and light, with colours
- details: what stands near, in the middle and far away, with materials and colours
- mood: two or three words for the feeling of the picture
- genre: what kind of story it is, one word of these: {", ".join(GENRES)}"""


class BackgroundDescription(Description):
    """A story's setting, as a painter needs it, and the kind of story that is at home there."""

    place: str = Field(min_length=1)
    time_of_day: str
    light: str
    details: str = Field(min_length=1)
    mood: str
    genre: str = Field("", json_schema_extra={"enum": [*GENRES]})

    @field_validator("genre", mode="after")
    @classmethod
    def know_genre(cls, value: str) -> str:
        """A word that is no genre of ours says nothing; the rest of the answer is as good without it."""
        return find_genre(value)

    def as_prompt(self) -> str:
        """Say it as a painter's prompt of at most 150 words, what is seen first first.

        Over the limit the last clauses are left away.
        """
        return join_prompt(self.place, self.time_of_day, self.light, self.details, self.mood)


describe_background = Describer(BackgroundDescription, REQUEST)
