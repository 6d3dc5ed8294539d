from django.db import migrations, models

#: Proposals of a part change that alone.
PART_ONLY = "UPDATE stories_storyversion SET part_only = true WHERE proposed AND part <> ''"
#: Proposals that a later version of the same part has passed over, and that were offered all the same.
PASS_OVER = """
    UPDATE stories_storyversion AS old SET proposed = false
    WHERE old.proposed AND old.part <> '' AND EXISTS (
        SELECT FROM stories_storyversion AS newer
        WHERE newer.story_id = old.story_id AND newer.number > old.number AND newer.part = old.part
    )
"""


class Migration(migrations.Migration):
    dependencies = [("stories", "0013_limits")]

    operations = [
        migrations.AddField(
            model_name="storyversion",
            name="part_only",
            field=models.BooleanField(
                db_default=False, default=False, editable=False,
                help_text="It was proposed and never shown: its other words are of that time alone.",
            ),
        ),
        migrations.RunSQL(PART_ONLY, migrations.RunSQL.noop),
        migrations.RunSQL(PASS_OVER, migrations.RunSQL.noop),
    ]
