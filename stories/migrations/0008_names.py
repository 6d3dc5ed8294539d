from django.db import migrations


class Migration(migrations.Migration):
    """What these are called in the admin, so that it can be translated. Nothing in the database changes."""

    dependencies = [("stories", "0007_admin")]

    operations = [
        migrations.AlterModelOptions(
            name="generatedimage",
            options={"ordering": ["image_type", "-created_at"], "verbose_name": "image", "verbose_name_plural": "images"},
        ),
        migrations.AlterModelOptions(
            name="generationsession",
            options={"ordering": ["-created_at"], "verbose_name": "generation", "verbose_name_plural": "generations"},
        ),
        migrations.AlterModelOptions(
            name="story",
            options={"ordering": ["-created_at", "id"], "verbose_name": "story", "verbose_name_plural": "stories"},
        ),
    ]
