"""The kinds of courses, each with the duty that its sessions fulfil."""

from django.db import models


class Kind(models.TextChoices):
    """Why a course is held."""

    YEARLY = "yearly", "全職員の研修"
    NEW_STAFF = "new_staff", "新しい職員の研修"
    ROLE = "role", "役割ごとの研修"
    WORKPLACE = "workplace", "職場での指導"
    DRILL = "drill", "緊急時の訓練"


# The code of the recurring duty that a session of the kind fulfils; further training by role has none of its own.
DUTIES = {
    Kind.YEARLY: "training",
    Kind.NEW_STAFF: "new-staff-training",
    Kind.WORKPLACE: "education",
    Kind.DRILL: "drill",
}
