from django.db import migrations

#: Proposals that a later version of the same part has passed over, and that were offered all the same.
PASS_OVER = """
    UPDATE stories_storyversion AS old SET proposed = false
    WHERE old.proposed AND EXISTS (
        SELECT FROM stories_storyversion AS newer
        WHERE newer.story_id = old.story_id AND newer.number > old.number AND old.part IN (newer.part, '')
    )
"""


class Migration(migrations.Migration):
    dependencies = [("stories", "0013_limits")]

    operations = [migrations.RunSQL(PASS_OVER, migrations.RunSQL.noop)]
