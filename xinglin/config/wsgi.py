"""The api process: `granian --interface wsgi xinglin.config.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
application = get_wsgi_application()

# What is loaded now stays, and a request's many small objects die by themselves: the collector may
# look less often.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
