"""The network 系統 of clause 3.7.1: which of the separated networks a system or a device belongs to."""

from django.db import models


class Network(models.TextChoices):
    """マイナンバー利用事務系, LGWAN接続系 and インターネット接続系, and what stands alone."""

    MY_NUMBER = "my_number", "マイナンバー利用事務系"
    LGWAN = "lgwan", "LGWAN接続系"
    INTERNET = "internet", "インターネット接続系"
    STANDALONE = "standalone", "独立（どこにもつながない）"
