"""The law as pure rules: facts in, verdict and refusals out."""
