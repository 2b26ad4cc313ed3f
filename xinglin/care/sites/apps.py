from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "xinglin.care.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"
