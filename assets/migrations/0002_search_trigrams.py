from django.db import migrations

from musashimurayama_isms.search.trigrams import trigram_index


class Migration(migrations.Migration):

    dependencies = [("assets", "0001_initial"), ("search", "0002_trigrams")]

    operations = [
        trigram_index("assets", "Asset", "search_text", name="assets_asset_trigrams"),
        trigram_index("assets", "LedgerEntry", "search", name="assets_ledgerentry_trigrams"),
    ]
