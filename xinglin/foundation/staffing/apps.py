from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "xinglin.foundation.staffing"
    label = "staffing"
    default_auto_field = "django.db.models.BigAutoField"
