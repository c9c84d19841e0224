"""What nobody names any more goes when the program starts; what somebody names stays."""

import os
from datetime import timedelta
from pathlib import Path

from hrd_world import NOW, plan

from hrd_cases.services.signin import organisation_setup
from hrd_cases.services.signin.cleanup import sweep
from hrd_cases.store.files import FileRow


def test_a_file_that_no_record_names_goes_after_a_day_and_others_stay(tmp_path: Path) -> None:
    runtime, _ = organisation_setup.create_organisation(plan(tmp_path), NOW)
    by_name, torn, fresh = "1" * 32, "2" * 32, "3" * 32
    for blob in (by_name, torn, fresh):
        writer = runtime.blobs.writer(blob)
        writer.write(b"sealed")
        writer.commit()
    with runtime.database.writing() as work:
        work.files.add(FileRow(id=by_name, vault_id=runtime.organisation.directory, day=NOW.date(), size=6))
    old = (NOW - timedelta(days=2)).timestamp()
    for blob in (by_name, torn):
        path = next((tmp_path / "evidence").rglob(blob))
        os.utime(path, (old, old))
    os.utime(next((tmp_path / "evidence").rglob(fresh)), (NOW.timestamp(), NOW.timestamp()))
    for blob in (by_name, torn, fresh):
        runtime.blobs.previews.put(blob, b"sealed pictures")
    assert sweep(runtime, NOW) == 1
    assert list(runtime.blobs.previews.ids()) == [by_name]
    assert sorted(runtime.blobs.ids()) == [by_name, fresh]
    runtime.database.close()
