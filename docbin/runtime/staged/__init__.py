"""Pipelines of several networks: what they are made of, their files, and running them."""
