"""Names of methods as an option: they complete in the shell."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem


class _MethodName(click.types.StringParamType):
    """A name of a method; that it exists is checked where it is used, with a hint."""

    name = "method"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that start with what is typed."""
        del ctx, param
        from docbin.methods import METHODS

        known = dict.fromkeys(["auto", *METHODS])
        return [CompletionItem(name) for name in known if name.startswith(incomplete)]


METHOD = _MethodName()
