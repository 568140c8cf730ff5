"""How much of an archive or a store is taken, so that a bomb fills neither disk nor memory."""

from __future__ import annotations

from dataclasses import dataclass

from docbin.errors import UsageError

# What is smaller may be packed as tightly as it likes: a blank page is, and does no harm.
HARMLESS = 64 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; the names are those of the command's options.

    Parameters
    ----------
    max_input
        Bytes of a member of an archive, unpacked, or of an object in a store.
    max_ratio
        Bytes that one packed byte may become, of what is larger than 64 MiB.
    max_members
        Members of an archive, of whatever kind.
    """

    max_input: int = 4 << 30
    max_ratio: int = 200
    max_members: int = 1_000_000

    def __post_init__(self) -> None:
        """Refuse limits that allow nothing."""
        for name in ("max_input", "max_ratio", "max_members"):
            value = getattr(self, name)
            if value < 1:
                option = name.replace("_", "-")
                raise UsageError(f"--{option} is {value}; give a number from 1 on")

    def refused(self, size: int, packed: int | None = None) -> str | None:
        """Return why an input of so many bytes is not taken; None: it is.

        ``packed`` is how many bytes there are of it in the archive, where that is known.
        """
        if size > self.max_input:
            return (
                f"it has {size} bytes, more than the {self.max_input} that are allowed; "
                "--max-input allows more"
            )
        if packed is not None and self.is_bomb(size, packed):
            return (
                f"it unpacks from {packed} bytes to {size}, more than {self.max_ratio} times as "
                "many; --max-ratio allows more"
            )
        return None

    def is_bomb(self, size: int, packed: int) -> bool:
        """Return whether so many bytes of so many packed ones are too many."""
        return size > HARMLESS and size > self.max_ratio * packed
