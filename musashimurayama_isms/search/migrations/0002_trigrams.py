from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from musashimurayama_isms.search.trigrams import trigram_index


class Migration(migrations.Migration):

    dependencies = [("search", "0001_initial")]

    operations = [
        TrigramExtension(),
        trigram_index("search", "SearchText", "text", name="search_text_trigrams"),
    ]
