"""The addresses that people see. docs/architecture.md tells what each answers."""

from django.urls import path, re_path

from stories.web import exporting, media, sharing, views

#: Only names that `name_image_file` makes: nothing else is ever looked up.
PICTURE = r"(?P<name>images/[0-9a-zA-Z_-]{2}/[0-9a-zA-Z_.-]{1,80})"

urlpatterns = [
    path("", views.home, name="home"),
    path("generate/", views.generate, name="generate"),
    path("generations/<uuid:session_id>/", views.generation, name="generation"),
    path("generations/<uuid:session_id>/cancel/", views.cancel, name="cancel"),
    path("generations/<uuid:session_id>/retry/", views.retry, name="retry"),
    path("status/<uuid:session_id>/", views.status, name="status"),
    path("story/<uuid:story_id>/", views.story, name="story"),
    path("story/<uuid:story_id>/delete/", views.delete, name="delete"),
    path("story/<uuid:story_id>/redo/", views.redo, name="redo"),
    path("story/<uuid:story_id>/choose/", views.choose, name="choose"),
    path("story/<uuid:story_id>/export/<slug:name>/", exporting.export, name="export"),
    path("story/<uuid:story_id>/share/", sharing.share, name="share"),
    path("story/<uuid:story_id>/share/withdraw/", sharing.withdraw, name="withdraw"),
    path("story/<uuid:story_id>/publish/", sharing.ask, name="ask_to_publish"),
    path("story/<uuid:story_id>/publish/take-back/", sharing.take_back, name="take_back_asking"),
    path("shared/<slug:token>/", sharing.shared, name="shared"),
    path("shared/<slug:token>/export/<slug:name>/", sharing.shared_export, name="shared_export"),
    re_path(rf"^shared/(?P<token>[0-9A-Za-z_-]+)/{PICTURE}$", sharing.shared_picture, name="shared_picture"),
    path("stories/", views.library, name="stories"),
    path("import/", exporting.import_page, name="import"),
    path("import/file/", exporting.import_file, name="import_file"),
    path("health/", views.health, name="health"),
    re_path(rf"^media/{PICTURE}$", media.picture, name="media"),
]
