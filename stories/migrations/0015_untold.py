from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("stories", "0014_passed_over")]

    operations = [
        migrations.AddIndex(
            model_name="story",
            index=models.Index(
                condition=models.Q(("story_text", ""), ("trashed_at", None)),
                fields=["person"],
                name="untold_stories",
            ),
        ),
    ]
