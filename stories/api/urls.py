"""The REST API's addresses, under ``/api/``."""

from django.urls import path, re_path

from stories.api import about, owning, sharing, views, words

app_name = "api"

urlpatterns = [
    path("", about.Start.as_view(), name="start"),
    path("schema/", about.Schema.as_view(), name="schema"),
    path("docs/", about.Docs.as_view(), name="docs"),
    path("v1/", about.Index.as_view(), name="index"),
    path("v1/generations/", views.Generations.as_view(), name="generations"),
    path("v1/generations/<uuid:session_id>/", views.Generation.as_view(), name="generation"),
    path("v1/generations/<uuid:session_id>/cancel/", views.Cancel.as_view(), name="cancel"),
    path("v1/generations/<uuid:session_id>/retry/", views.Retry.as_view(), name="retry"),
    path("v1/stories/", views.Stories.as_view(), name="stories"),
    path("v1/trash/", views.Trash.as_view(), name="trash"),
    path("v1/stories/<uuid:story_id>/", views.OneStory.as_view(), name="story"),
    path("v1/stories/<uuid:story_id>/restore/", views.Restore.as_view(), name="restore"),
    path("v1/stories/<uuid:story_id>/favourite/", views.Favourite.as_view(), name="favourite"),
    path("v1/stories/<uuid:story_id>/thumb/", views.Thumb.as_view(), name="thumb"),
    path("v1/stories/<uuid:story_id>/images/", views.Images.as_view(), name="images"),
    path("v1/stories/<uuid:story_id>/images/<uuid:image_id>/", views.OneImage.as_view(), name="image"),
    path("v1/stories/<uuid:story_id>/versions/", words.Versions.as_view(), name="versions"),
    path("v1/stories/<uuid:story_id>/versions/<uuid:version_id>/keep/", words.Keep.as_view(), name="keep"),
    path("v1/stories/<uuid:story_id>/rewrite/", words.Rewrite.as_view(), name="rewrite"),
    path("v1/stories/<uuid:story_id>/refresh/", words.Refresh.as_view(), name="refresh"),
    path("v1/stories/import/", sharing.Import.as_view(), name="import"),
    path("v1/stories/<uuid:story_id>/export/<slug:name>/", sharing.Export.as_view(), name="export"),
    path("v1/stories/<uuid:story_id>/share/", sharing.Share.as_view(), name="share"),
    path("v1/stories/<uuid:story_id>/publishing/", sharing.Publishing.as_view(), name="publishing"),
    path("v1/me/", owning.Me.as_view(), name="me"),
    path("v1/me/export/", owning.MyExport.as_view(), name="my_export"),
    # Whatever else is asked for here is answered in JSON too.
    re_path("", views.Nothing.as_view()),
]
