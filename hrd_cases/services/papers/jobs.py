"""Papers being built: one worker process each, progress to look at, the result in memory until it is released."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hrd_cases.crypto.core.errors import CryptoError
from hrd_cases.domain.errors import RuleBroken
from hrd_cases.domain.ids import CaseId, RecordId
from hrd_cases.domain.papers import DossierRequest
from hrd_cases.domain.redaction import Thinned
from hrd_cases.domain.writing import Untranslated
from hrd_cases.render.failure import BuildFailed
from hrd_cases.render.process import BuildProgress, BuiltPaper, build
from hrd_cases.services.drafting.plans import PaperPlan
from hrd_cases.services.evidence.sealed_files import KeptFile, contents
from hrd_cases.services.kernel.context import Runtime
from hrd_cases.services.kernel.per_process import PerProcess

AT_ONCE = 2
KEPT_FOR = timedelta(hours=2)
WAITING, BUILDING, BUILT, FAILED = "waiting", "building", "built", "failed"
Tell = Callable[[BuildProgress], None]


@dataclass(frozen=True, kw_only=True)
class Order:
    """What one build needs: no key of a case, only those of the exhibits that stand in the paper."""

    case: CaseId
    paper: RecordId
    user: str
    number: int
    version: int
    plan: PaperPlan = field(repr=False)  # the choices it is made of
    request: DossierRequest = field(repr=False)
    files: tuple[KeptFile, ...] = field(repr=False)
    edited: str = ""  # SHA-256 of the filing that came back edited
    labels: dict[str, str] = field(default_factory=dict)  # exhibit label by file, for what goes wrong
    thinned: Thinned = field(repr=False)
    untranslated: tuple[Untranslated, ...] = field(default=(), repr=False)


@dataclass(kw_only=True)
class Job:
    """One build of one paper; belongs to who began it."""

    order: Order
    began: datetime
    state: str = WAITING
    progress: BuildProgress = field(default_factory=lambda: BuildProgress(stage="waiting"))
    built: BuiltPaper | None = field(default=None, repr=False)
    kept: bytes = field(default=b"", repr=False)  # sections of the last build that was finished
    failure: BuildFailed | None = None


def start(runtime: Runtime, order: Order, now: datetime) -> Job:
    """Build in the background; a build of the same paper that is still going on is replaced."""
    job = _enter(runtime, order, now)
    threading.Thread(target=_run, args=(runtime, job, None), daemon=True).start()
    return job


JOBS = PerProcess[dict[str, Job]](dict)  # by paper
SLOTS = PerProcess(lambda: threading.BoundedSemaphore(AT_ONCE))


def run(runtime: Runtime, order: Order, now: datetime, tell: Tell | None = None) -> Job:
    """Build and wait; raises BuildFailed."""
    job = _enter(runtime, order, now)
    _run(runtime, job, tell)
    if job.failure is not None:
        raise job.failure
    return job


def find(runtime: Runtime, paper: RecordId, user: str) -> Job | None:
    """The build of a paper as it stands now, if this person began it: a copy, so that a page says one state of it from
    its first line to its last header while the build goes on."""
    with JOBS.of(runtime) as jobs:
        job = jobs.get(paper)
    return replace(job) if job is not None and job.order.user == user else None


def drop(runtime: Runtime, paper: RecordId) -> None:
    """Forget a build and its result."""
    with JOBS.of(runtime) as jobs:
        jobs.pop(paper, None)


def _enter(runtime: Runtime, order: Order, now: datetime) -> Job:
    job = Job(order=order, began=now)
    with JOBS.of(runtime) as jobs:
        for paper in [paper for paper, job in jobs.items() if now - job.began > KEPT_FOR]:
            del jobs[paper]
        before = jobs.get(order.paper)
        if before is not None and before.order.user == order.user:
            job.kept = before.kept
        jobs[order.paper] = job
    return job


def _run(runtime: Runtime, job: Job, tell: Tell | None) -> None:
    def progress(step: BuildProgress) -> None:
        job.progress = step
        if tell is not None:
            tell(step)

    with SLOTS.itself(runtime):
        job.state = BUILDING
        try:
            job.built = build(job.order.request, _exhibits(runtime, job), progress, before=job.kept)
            job.kept = job.built.kept
            job.state = BUILT
        except BuildFailed as failure:
            job.failure, job.state = failure, FAILED
        except Exception:  # noqa: BLE001  # in a thread of its own nobody else would hear of it
            job.failure, job.state = job.failure or BuildFailed("internal"), FAILED


def _exhibits(runtime: Runtime, job: Job) -> Iterator[tuple[str, Iterator[bytes]]]:
    parts = [part.id for exhibit in job.order.request.case.exhibits for part in exhibit.parts]
    for part, file in zip(parts, job.order.files, strict=True):  # a file may stand at several places
        yield part, _checked(runtime, job, part, file)


def _checked(runtime: Runtime, job: Job, part: str, file: KeptFile) -> Iterator[bytes]:
    """The bytes of an exhibit; what is wrong with them is noted here, since closing the worker's pipe can hide it."""
    label = job.order.labels.get(part, "")
    try:
        yield from contents(runtime, job.order.case, file)
    except RuleBroken:
        job.failure = BuildFailed("exhibit_missing", exhibit=label)
        raise job.failure from None
    except CryptoError:
        job.failure = BuildFailed("exhibit_altered", exhibit=label)
        raise job.failure from None
