"""Preloaded by a Dask worker: a file whose name starts with ``fatal`` takes the worker with it."""

import os
import signal

from docbin.batch import node

# Dask loads what is preloaded twice.
done_well = getattr(node.Node, "done_well", node.Node.do)


def do(self, task):
    if task.name.startswith("fatal"):
        os.kill(os.getpid(), signal.SIGKILL)
    return done_well(self, task)


node.Node.do, node.Node.done_well = do, done_well
