"""``python -m docbin`` is the ``docbin`` program."""

from docbin.cli import main

if __name__ == "__main__":
    main(prog_name="docbin")
