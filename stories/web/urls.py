"""The addresses that people see. docs/architecture.md tells what each answers."""

from django.urls import path, re_path
from django.views.i18n import set_language

from stories.web import editing, exporting, library, media, metrics, owning, sharing, views
from stories.web.answers import face

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
    path("story/<uuid:story_id>/delete/", library.delete, name="delete"),
    path("story/<uuid:story_id>/restore/", library.restore, name="restore"),
    path("story/<uuid:story_id>/destroy/", library.destroy, name="destroy"),
    path("story/<uuid:story_id>/favourite/", library.favourite, name="favourite"),
    path("story/<uuid:story_id>/thumb/", library.thumb, name="thumb"),
    path("story/<uuid:story_id>/redo/", views.redo, name="redo"),
    path("story/<uuid:story_id>/choose/", views.choose, name="choose"),
    path("story/<uuid:story_id>/edit/", editing.edit, name="edit"),
    path("story/<uuid:story_id>/save/", editing.save, name="save"),
    path("story/<uuid:story_id>/rewrite/", editing.rewrite, name="rewrite"),
    path("story/<uuid:story_id>/refresh/", editing.refresh, name="refresh"),
    path("story/<uuid:story_id>/versions/<int:number>/", editing.version, name="version"),
    path("story/<uuid:story_id>/versions/<int:number>/keep/", editing.keep, name="keep"),
    path("story/<uuid:story_id>/versions/<int:number>/aside/", editing.put_aside, name="aside"),
    path("story/<uuid:story_id>/place/", editing.place, name="place"),
    path("story/<uuid:story_id>/cutout/<uuid:image_id>.webp", editing.cutout, name="cutout"),
    path("language/", face("POST")(set_language), name="set_language"),
    path("stories/", library.shelf, name="stories"),
    path("stories/making/", library.making, name="making"),
    path("stories/trash/", library.trash, name="trash"),
    path("stories/trash/empty/", library.empty_trash, name="empty_trash"),
    path("story/<uuid:story_id>/export/<slug:name>/", exporting.export, name="export"),
    path("story/<uuid:story_id>/share/", sharing.share, name="share"),
    path("story/<uuid:story_id>/share/withdraw/", sharing.withdraw, name="withdraw"),
    path("story/<uuid:story_id>/publish/", sharing.ask, name="ask_to_publish"),
    path("story/<uuid:story_id>/publish/take-back/", sharing.take_back, name="take_back_asking"),
    path("shared/<slug:token>/", sharing.shared, name="shared"),
    path("shared/<slug:token>/export/<slug:name>/", sharing.shared_export, name="shared_export"),
    re_path(rf"^shared/(?P<token>[0-9A-Za-z_-]+)/{PICTURE}$", sharing.shared_picture, name="shared_picture"),
    path("import/", exporting.import_page, name="import"),
    path("import/file/", exporting.import_file, name="import_file"),
    path("your-data/", owning.your_data, name="your_data"),
    path("your-data/export/", owning.export, name="export_your_data"),
    path("your-data/delete/", owning.delete, name="delete_your_data"),
    path("health/", views.health, name="health"),
    path("metrics/", metrics.show, name="metrics"),
    re_path(rf"^media/{PICTURE}$", media.picture, name="media"),
]
