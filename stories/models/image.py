"""The pictures of a story. Rules about one object live here."""

from __future__ import annotations

import re
import uuid
from pathlib import PurePath
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stories.makers import is_sketch
from stories.models.listing import Visibility
from stories.models.story import ImageType, Story


def name_image_file(image: GeneratedImage, filename: str) -> str:
    """Two letters of the content's hash make the folder, so that none grows without end."""
    return f"images/{filename[:2]}/{filename}"


def split_copy_name(name: str) -> tuple[str, int | None]:
    """The file of the picture that a copy was made of, and the copy's width; None if it is no copy."""
    found = re.fullmatch(r"(.+)-(\d{1,5})(\.\w+)", name)
    return (found[1] + found[3], int(found[2])) if found else (name, None)


class GeneratedImage(models.Model):
    """One picture of a story. New versions never overwrite old ones: one is live, the others are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="images")
    image_type = models.CharField(max_length=10, choices=ImageType.choices)
    is_live = models.BooleanField(default=True)
    file = models.ImageField(
        upload_to=name_image_file, width_field="width", height_field="height", db_index=True
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    prompt_used = models.TextField(blank=True)
    negative_prompt = models.TextField(blank=True)
    seed = models.BigIntegerField()
    model = models.CharField(max_length=200, help_text=_("What painted it."))
    style = models.CharField(max_length=40, blank=True)
    description = models.TextField(blank=True, help_text=_("What it was painted after."))
    parameters = models.JSONField(default=dict, blank=True)
    copies = ArrayField(
        models.PositiveIntegerField(), default=list, blank=True, help_text=_("Widths in pixels, for pages.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["image_type", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_live_image_per_type", fields=["story", "image_type"], condition=Q(is_live=True)
            ),
            models.CheckConstraint(name="image_type_known", condition=Q(image_type__in=ImageType.values)),
        ]

    def __str__(self) -> str:
        return str(_("{part} of {story}")).format(part=self.get_image_type_display(), story=self.story)

    @property
    def by_sketch(self) -> bool:
        return is_sketch(self.model)

    @property
    def recipe(self) -> dict[str, Any]:
        """What to ask for to have the same painted once more."""
        if self.image_type == ImageType.COMBINED:
            parts = {kind: self.parameters.get(kind) for kind in (ImageType.CHARACTER, ImageType.BACKGROUND)}
            recipe = {
                "placement": self.parameters.get("placement"),
                "parts": parts,
                "merge_version": self.parameters.get("merge_version"),
            }
        else:
            recipe = {
                "style": self.style,
                "description": self.description,
                "size": [self.width, self.height],
                "again": self.parameters,
            }
        return {"seed": self.seed} | {name: value for name, value in recipe.items() if value}

    def name_copy(self, width: int) -> str:
        """The file of its copy of this width, beside its own."""
        name = PurePath(str(self.file.name))
        return str(name.with_name(f"{name.stem}-{width}{name.suffix}"))

    @property
    def sources(self) -> list[dict[str, Any]]:
        """Its copies for pages, each with its width in pixels, narrow ones first."""
        storage = self.file.storage
        return [{"width": width, "url": storage.url(self.name_copy(width))} for width in self.copies]

    @property
    def focus(self) -> str:
        """Where in a scene the hero stands, which a cover must not cut away; "" is the middle."""
        x = (self.parameters.get("placement") or {}).get("x", 0.5)
        if x < 0.45:
            return "left"
        return "right" if x > 0.55 else ""

    @property
    def srcset(self) -> str:
        return ", ".join(f"{source['url']} {source['width']}w" for source in self.sources)

    @property
    def shown(self) -> str:
        """What a page shows where it cannot choose: the widest copy."""
        return str(self.sources[-1]["url"]) if self.copies else str(self.file.url)

    def go_live(self, *, describes: bool = False, by_curator: bool = False) -> None:
        """Take the place of the live one, which is kept. Saves it if it is new. ``describes``: the story's
        description of the hero or the setting becomes the one that this was painted after.

        Raises:
            GeneratedImage.DoesNotExist: it was deleted meanwhile.
        """
        with transaction.atomic():
            # The story first, as the foreign key's own check will: two that choose at once take turns.
            story = Story.objects.select_for_update().get(pk=self.story_id)
            live = GeneratedImage.objects.filter(story=story, image_type=self.image_type, is_live=True)
            if story.visibility == Visibility.PUBLIC and not by_curator and not live.filter(pk=self.pk):
                Story.objects.filter(pk=story.pk).leave_public()
            live.update(is_live=False)
            self.is_live = True
            if self._state.adding:
                self.save(force_insert=True)
            elif not GeneratedImage.objects.filter(pk=self.pk).update(is_live=True):
                raise GeneratedImage.DoesNotExist
            if describes and self.description:
                part = f"{self.image_type}_description"
                if getattr(story, part) != self.description:  # what was proposed for it is passed over
                    story.versions.filter(proposed=True, part__in=[part, ""]).update(proposed=False)
                Story.objects.filter(pk=self.story_id).update(**{part: self.description})
