"""Stores of objects, such as S3, by their addresses; fsspec talks to them."""
