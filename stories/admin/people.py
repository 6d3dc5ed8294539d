"""Accounts, groups and API tokens, as Django and the REST framework have them, in the look of the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.admin import TokenAdmin as RestTokenAdmin
from rest_framework.authtoken.models import TokenProxy
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

for model in (User, Group, TokenProxy):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """Whoever is to curate is staff and may change stories (or is in a group that may)."""

    form, add_form, change_password_form = UserChangeForm, UserCreationForm, AdminPasswordChangeForm
    list_display = ("username", "email", "is_staff", "is_active", "told", "last_login")
    list_per_page = 30

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).annotate(stories_told=Count("stories"))

    @admin.display(description=_("Stories"), ordering="stories_told")
    def told(self, user: Any) -> int:
        return int(user.stories_told)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Permissions that several people have in common."""

    list_per_page = 30
    empty_words = _("A group gives its people permissions in common: one for curators is a good beginning.")


@admin.register(TokenProxy)
class TokenAdmin(RestTokenAdmin, ModelAdmin):
    """Keys to the REST API. A list shows how each begins; its own page shows the whole."""

    list_display = ("start", "user", "created")
    list_filter = ()
    list_select_related = ("user",)
    list_per_page = 30
    fields = ("user", "key", "created")
    readonly_fields = ("key", "created")
    autocomplete_fields = ("user",)
    empty_words = _("Programs that speak to the REST API as somebody need a token of that account.")

    @admin.display(description=_("Key"), ordering="key")
    def start(self, token: Any) -> str:
        return f"{token.key[:6]}…"
