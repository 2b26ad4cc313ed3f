from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "xinglin.edge.api"
    label = "edge_api"
    default_auto_field = "django.db.models.BigAutoField"
