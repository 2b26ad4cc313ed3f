from typing import get_args

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from xinglin.policy.facts import ProductClass


class PrescribingConfig(AppConfig):
    name = "xinglin.care.prescribing"
    label = "prescribing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Raises ImproperlyConfigured: two pharmacists are wanted for a class that nobody knows."""
        known = get_args(ProductClass)
        if wrong := sorted(settings.SECOND_REVIEW_FOR - set(known)):
            raise ImproperlyConfigured(
                f"XINGLIN_SECOND_REVIEW: no class is called {', '.join(wrong)}; known: {', '.join(known)}"
            )
