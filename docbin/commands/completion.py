"""``docbin completion``."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that makes a shell complete docbin's commands and options.

    Put it where the shell looks for it:

    \b
    bash:  docbin completion bash > ~/.local/share/bash-completion/completions/docbin
    zsh:   docbin completion zsh > "${fpath[1]}/_docbin"
    fish:  docbin completion fish > ~/.config/fish/completions/docbin.fish
    """  # noqa: D301 (click reads the \\b)
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    # Only the templates are wanted; `source()` would start the shell to ask for its version.
    shape = kind(context.find_root().command, {}, "docbin", "_DOCBIN_COMPLETE")
    click.echo(shape.source_template % shape.source_vars())
