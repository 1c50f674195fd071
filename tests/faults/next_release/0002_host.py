from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [migrations.AddField("heartbeat", "host", models.CharField(max_length=64, default="", db_default=""))]
