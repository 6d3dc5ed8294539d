from django.db import migrations, models

#: Columns that earlier migrations added to tables that were there. During a deploy the old processes go on
#: for a while after the tables were migrated, and know nothing of a new column: it has to fill itself.
FILLED = {
    "stories_generatedimage": {"copies": "'{}'", "description": "''", "style": "''"},
    "stories_generationsession": {"redo": "''", "times": "'{}'"},
    "stories_step": {"wanted": "'{}'"},
    "stories_story": {
        "described_from": "'{}'", "genre": "''", "hidden_reason": "''", "is_featured": "false",
        "language": "''", "likes": "0", "asked_language": "''", "painted_as": "'{}'", "origin": "''",
    },
    "stories_storyversion": {"person": "''", "proposed": "false"},
}  # fmt: skip


def alter(how: str) -> str:
    return "".join(
        f"ALTER TABLE {table} {', '.join(f'ALTER {name} {how.format(value)}' for name, value in names.items())};"
        for table, names in FILLED.items()
    )


class Migration(migrations.Migration):

    dependencies = [("stories", "0012_seeing")]

    operations = [
        migrations.RunSQL(alter("SET DEFAULT {}"), alter("DROP DEFAULT")),
        migrations.AddField(
            model_name="generationsession",
            name="bulk",
            field=models.BooleanField(
                db_default=False, default=False,
                help_text="Nobody waits for it: it comes after what people wait for.",
            ),
        ),
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("who", models.CharField(editable=False, max_length=80, primary_key=True, serialize=False)),
                ("paid_until", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
