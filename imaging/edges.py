"""The figure's edge: how much of each pixel it covers, and its colour without the old ground's."""

from __future__ import annotations

import cv2
import numpy as np

from imaging.lab import Floats
from imaging.masks import Flags, grow

#: How far, in pixels, the edge may be soft to either side of where figure and ground part.
BAND = 2
#: A strand of a pixel's width is mixed everywhere: its own colour is that of the purest pixels so near.
REACH, PURER = 5, 6
#: Ground shines through strands as far in as this (pixels), where at least so much of it is mixed in and the
#: colour is off the line between the two by so little.
DEPTH, THIN, OFF_LINE = 20, 0.7, 0.4
#: The share of pixels round about that lie on an edge, from which on the edge is one of strands.
RAGGED = 0.042


def draw_edge(pixels: Floats, ground: Floats, figure: Floats, distance: Floats) -> tuple[Floats, Floats]:
    """The alpha (0–1), and the colours that the figure has without the ground's.

    ``figure`` tells it from the ground, 0–1, ``ground`` is what is or would be behind it, ``distance`` how
    clearly each pixel differs from that (1: no more than noise). A pixel C of the edge is a mixture of the
    ground B and of the figure's colour F close by: α = (C − B)·(F − B) / |F − B|².
    """
    inside = figure > 0.5
    solid, touched = grow(inside, -BAND), grow(inside, BAND)
    near = _own_colour(pixels, inside, distance)
    towards = near - ground
    length = np.maximum((towards**2).sum(axis=-1), 1.0)
    share = ((pixels - ground) * towards).sum(axis=-1) / length
    alpha = np.clip((share - 0.06) / 0.86, 0, 1)
    alpha = np.where(distance > 1, alpha, 0)
    clear = np.clip(np.sqrt(length) / 60, 0, 1)
    alpha = clear * alpha + (1 - clear) * cv2.GaussianBlur(figure, (0, 0), 0.7)
    solid &= ~_shows_ground(pixels - ground, towards, share, inside)
    alpha = np.where(solid, 1, np.where(touched, alpha, 0)).astype(np.float32)
    unmixed = ground + (pixels - ground) / np.maximum(alpha, 0.35)[..., None]
    trust = alpha[..., None] ** 2
    mixed = np.clip(unmixed, 0, 255) * trust + near * (1 - trust)
    colours: Floats = np.where(solid[..., None], pixels, mixed).astype(np.float32)
    return alpha, colours


def _shows_ground(rest: Floats, towards: Floats, share: Floats, inside: Flags) -> Flags:
    """Where the ground shines through between strands too close to be told apart: near a ragged edge, and in
    a mixture of the two colours and no third."""
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
    ragged = cv2.GaussianBlur((inside & (depth <= 1)).astype(np.float32), (0, 0), DEPTH / 2) > RAGGED
    third = np.linalg.norm(rest - share[..., None] * towards, axis=-1)
    mixed = (share < THIN) & (third < OFF_LINE * np.linalg.norm(towards, axis=-1))
    flags: Flags = inside & ragged & (depth <= DEPTH) & mixed
    return flags


def _own_colour(pixels: Floats, inside: Flags, distance: Floats) -> Floats:
    """The figure's colour at or near each pixel: of the surroundings, what differs most from the ground."""
    strongest = cv2.dilate(distance, np.ones((2 * REACH + 1, 2 * REACH + 1), dtype=np.uint8))
    share = distance / np.maximum(strongest, np.float32(1e-3))
    weight = np.where(inside, share**PURER, 0).astype(np.float32) + np.float32(1e-6)
    total = cv2.GaussianBlur(weight, (0, 0), REACH / 2)
    near = cv2.GaussianBlur(pixels * weight[..., None], (0, 0), REACH / 2) / total[..., None]
    return np.asarray(near, dtype=np.float32)
