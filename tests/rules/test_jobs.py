"""Jobs and queues are named by strings: each name must lead somewhere."""

import re
from importlib import import_module

from inbox.config import ROOT
from inbox.dispatch import workers


def test_every_bell_rings_a_function_of_the_jobs_door() -> None:
    for kind in workers.JOB_KINDS:
        module, _, name = kind.job.rpartition(".")
        assert module.startswith("inbox.jobs."), kind
        assert callable(getattr(import_module(module), name)), kind


def test_every_queue_has_a_worker_in_the_procfile() -> None:
    worked = re.findall(r"flask --app wsgi worker (\S+)", (ROOT / "Procfile").read_text())
    assert sorted(worked) == sorted(workers.QUEUES)
    assert {kind.queue for kind in workers.JOB_KINDS} <= set(workers.QUEUES)
