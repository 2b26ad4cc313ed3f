"""What django-allauth and Django's sessions call: adapters, the sealed session store, the urls."""
