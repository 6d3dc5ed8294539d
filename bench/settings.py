"""The product's settings, with the bench as one more app that puts stand-ins where they are asked for."""

from story_generator.settings import *  # noqa: F403
from story_generator.settings import INSTALLED_APPS as PRODUCT_APPS

INSTALLED_APPS = [*PRODUCT_APPS, "bench"]
ROOT_URLCONF = "bench.urls"
