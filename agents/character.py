"""The character agent: tells a painter what the hero of a story looks like."""

from __future__ import annotations

from pydantic import Field

from agents.describing import Describer, Description, join_prompt

REQUEST = """\
Describe the hero of the story alone, as seen in one portrait of the whole body. Leave the surroundings out.

Fields:
- name: the hero's name, or what the story calls the hero
- kind: what the hero is, with age or size ("a tall old woman", "a small rusty robot")
- appearance: body, face, hair, fur, scales or metal, with colours
- clothing: clothes and things worn or carried, with colours; an empty text if there are none
- pose: the expression of the face and what the body does"""


class CharacterDescription(Description):
    """A story's hero, as a painter needs it."""

    name: str
    kind: str = Field(min_length=1)
    appearance: str = Field(min_length=1)
    clothing: str
    pose: str

    def as_prompt(self) -> str:
        """Say it as a painter's prompt of at most 150 words, what is seen first first.

        The name is left out, because it shows nothing. Over the limit the last clauses are left away.
        """
        clothing = self.clothing
        if clothing and not clothing.lower().startswith(("wearing", "dressed", "carrying", "holding")):
            clothing = f"wearing {clothing}"
        return join_prompt(self.kind, self.appearance, clothing, self.pose)


describe_character = Describer(CharacterDescription, REQUEST)
