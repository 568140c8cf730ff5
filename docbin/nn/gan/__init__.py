"""Generators trained against a discriminator, in stages."""
