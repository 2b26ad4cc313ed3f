"""Who changed what of the house from what to what: accounts, master data, texts; no medicine."""
