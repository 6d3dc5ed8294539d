from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("stories", "0015_untold")]

    operations = [
        migrations.AddField(
            model_name="step",
            name="silence",
            field=models.JSONField(
                blank=True, editable=False, null=True,
                help_text="See stories/silence.py; none while words come.",
            ),
        ),
    ]
