"""Run docbin from a checkout: ``python cli.py clean scan.png`` is ``docbin clean scan.png``."""

from docbin.cli import main

if __name__ == "__main__":
    main(prog_name="docbin")
