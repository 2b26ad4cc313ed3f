"""Who works here: invitations, roles and their reasons, lost second factors, disabled accounts."""
