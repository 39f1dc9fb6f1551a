"""The membrane from Python: a whole patrol over the real core and a real bureau process, and the rules of the membrane.

Usage: patrol.py LIUHEN MEDIA    (liuhen.py and its library on the path: `./dev bindings`)
The last line is 'N passed, N failed'.
"""

import asyncio
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import traceback

import liuhen
from ports import Cable, Card, Keys, Nowhere

PROGRAM, MEDIA = sys.argv[1], pathlib.Path(sys.argv[2])
EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "spec" / "examples"
CHUNK = 1 << 20


class Office:
    """A bureau in a process of its own."""

    def __init__(self, folder):
        command = [PROGRAM, "bureau", "--data", str(folder), "--officers", str(EXAMPLES / "officers.json")]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.ready = json.loads(next(line for line in self.process.stdout if '"ready"' in line))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Phone:
    """A core with its ports."""

    def __init__(self, folder):
        self.folder, self.keys, self.network = str(folder), Keys(), Cable()

    async def open(self):
        config = liuhen.CoreConfig(
            dir=self.folder, phone_name="test", allow_simulated_recorder=True, roots_pem=None
        )
        ports = liuhen.PhonePorts(
            keystore=self.keys, location=Nowhere(), network=self.network, clock=None
        )
        self.core = await liuhen.open_core(config, ports)
        return self.core


async def failure(call):
    """The failure that a call ends with."""
    try:
        await call
    except liuhen.CoreFailure.Failed as failed:
        return failed
    raise AssertionError("it did not fail")


def line(y):
    """A stroke across a pad of 60 x 30 mm."""
    points = [liuhen.StrokePoint(x=500 + 100 * n, y=y, t_ms=20 * n, pressure_permille=500) for n in range(30)]
    return liuhen.Stroke(points=points)


async def joined(phone, office):
    core = await phone.open()
    request = liuhen.EnrolRequest(
        url=office.ready["url"], code=office.ready["enrol_code"], device_no="PHONE-01", ca_pem=None
    )
    view = await core.enrol(request)
    assert view.enrolled and view.sentence.zh, view
    return core


async def opened(core):
    check = await core.check_equipment(
        liuhen.CheckRequest(battery_percent=90, planned_minutes=1, recorder=None, overrides=[])
    )
    assert check.passed and check.fresh, check
    nobody = liuhen.PartyGiven(name="", kind="", uscc=None, representative=None)
    empty = liuhen.OpenSessionRequest(
        activity="", officers=["li-wen"], party=nobody, cause_code="", cause_name="", place_text=" ", device_no=None
    )
    gate = await core.open_gate(empty)
    lacks = [need.code for need in gate.missing]
    assert not gate.allowed and lacks == ["activity", "party_kind", "officers", "party_name", "cause", "place"], lacks
    screen = await core.open_session_screen()
    assert screen.causes[0].code == "patrol" and "wages" in [cause.code for cause in screen.causes], screen.causes
    party = liuhen.PartyGiven(name="大连示例餐饮有限公司", kind="unit", uscc=None, representative="王平")
    return await core.open_session(
        liuhen.OpenSessionRequest(
            activity="patrol",
            officers=["li-wen", "ding-yi"],
            party=party,
            cause_code="patrol",
            cause_name="日常巡查",
            place_text="示例路1号",
            device_no=None,
        )
    )


def given(media_type):
    return liuhen.CaptureGiven(
        media_type=media_type,
        source=liuhen.CaptureSource.PHONE,
        source_no=None,
        original_name=None,
        label=None,
        bytes_per_sec=None,
    )


async def photograph(core):
    content = next(MEDIA.glob("photo-1-*.jpg")).read_bytes()
    photo = await core.begin_photo(given("image/jpeg"))
    for at in range(0, len(content), CHUNK):
        await photo.add(content[at : at + CHUNK])
    return await photo.seal(), content


async def recorded(core):
    content = next(MEDIA.glob("*.aac")).read_bytes()
    recording = await core.begin_recording(given("audio/aac"))
    for at in range(0, len(content), 4096):
        await recording.push(content[at : at + 4096], 400)
    status = recording.status()
    assert (status.pushed_bytes, status.level_permille, status.interrupted) == (len(content), 400, None), status
    return await recording.finish(), content


async def read_back(core, item, content):
    reader = await core.open_item(item.item)
    parts = bytearray()
    while part := await reader.read(len(parts), CHUNK):
        parts += part
    assert bytes(parts) == content and reader.len_bytes() == len(content)


async def signed(core):
    review = await core.open_review()
    assert review.stage == liuhen.ReviewStage.ITEMS and not review.prepare.allowed, review
    for entry in review.items:
        await core.item_seen(entry.line.item)
    for document in review.documents:
        for page in document.pages:
            await core.page_shown(document.document, page.n, 1500)
    review = await core.prepare_confirmation()
    assert review.stage == liuhen.ReviewStage.CONFIRMATION
    refused = await failure(core.confirm_review("party", "王平"))
    assert {need.code for need in refused.missing} >= {"party_signature", "page_shown"}, refused.missing
    for page in review.confirmation.pages:
        await core.page_shown(review.confirmation.document, page.n, 2000)
    pads = [liuhen.PadId.PARTY(), liuhen.PadId.OFFICER("li-wen"), liuhen.PadId.OFFICER("ding-yi")]
    for pad in pads:
        sign = await core.add_stroke(pad, 6000, 3000, line(1000))
    assert sign.sign.allowed, sign.sign.missing
    view = await core.confirm_review("party", "王平")
    assert view.review == liuhen.ReviewStage.SIGNED


async def a_whole_patrol_from_joining_to_a_proved_store(work):
    with Office(work / "bureau") as office:
        phone = Phone(work / "phone")
        core = await joined(phone, office)
        session = await opened(core)
        assert session.next.way == liuhen.StepWay.CERTIFICATE, session.next
        await core.show_certificate(True, None)
        notice = await core.notice_form()
        assert notice.gate.allowed and "录音" in notice.text
        await core.give_notice("on_screen", "acknowledged", {})
        photo, content = await photograph(core)
        await read_back(core, photo, content)
        small = await core.make_thumbnail(photo.item)
        assert small and (await core.thumbnail(photo.item))[:2] == b"\xff\xd8"
        sound, content = await recorded(core)
        await read_back(core, sound, content)
        form = await core.form("on_site_inspection_record")
        told = {liuhen.FieldKind.YES_NO: "yes"}
        asked = [field for field in form.fields if field.required and not field.locked]
        fields = {field.name: field.value or told.get(field.kind, "示例") for field in asked}
        await core.fill_document("on_site_inspection_record", fields)
        await core.keep_draft("review", "half")
        # The program ends and begins again: whatever the officers did is still there.
        del core
        core = await phone_again(phone)
        assert await core.draft("review") == "half"
        await signed(core)
        session = await core.session()
        steps = {step.code: step for step in session.steps}
        assert (await core.today()).next_step == (session.next and session.next.label), session.next
        missing = {code for code, step in steps.items() if step.state == liuhen.StepState.MISSING}
        closed = await core.close_session({code: "示例说明" for code in missing})
        assert closed.items >= 2 and closed.unreviewed == 0, closed
        job = await core.start_sync(liuhen.SyncGiven(asked=True, shell_carries_pieces=False))
        outcome = await job.outcome()
        if not outcome.complete:  # the bureau was still checking
            outcome = await synced(core)
        assert outcome.complete, outcome
        today = await core.today()
        assert today.sync.phase == liuhen.SyncPhase.DONE and today.counts.stored == 2, today
        assert {item.stage for item in today.items} == {liuhen.ItemStage.STORED}


async def synced(core):
    """Asks until the bureau has checked everything; a bureau that never does is found by the test's own end."""
    while True:
        job = await core.start_sync(liuhen.SyncGiven(asked=True, shell_carries_pieces=False))
        outcome = await job.outcome()
        if outcome.code != "bureau_checking":
            return outcome


async def phone_again(phone):
    await phone.core.prepare_suspend()
    return await phone.open()


async def a_refusal_lists_what_is_missing_in_both_languages(work):
    core = await Phone(work / "phone").open()
    failed = await failure(core.session())
    assert failed.kind == liuhen.FailureKind.NO_SESSION and failed.sentence.zh and failed.sentence.en
    with Office(work / "bureau") as office:
        core = await joined(Phone(work / "other"), office)
        await opened(core)
        failed = await failure(core.give_notice("on_screen", "acknowledged", {}))
        assert failed.kind == liuhen.FailureKind.REFUSED
        assert [need.code for need in failed.missing] == ["certificate_shown"], failed.missing
        failed = await failure(core.mark_trigger("T9", ""))
        assert failed.kind == liuhen.FailureKind.ARGUMENT


async def an_id_that_is_none_and_a_chunk_that_is_too_long_are_refused(work):
    with Office(work / "bureau") as office:
        core = await joined(Phone(work / "phone"), office)
        await opened(core)
        failed = await failure(core.open_item("not an id"))
        assert failed.kind == liuhen.FailureKind.ARGUMENT, failed
        photo = await core.begin_photo(given("image/jpeg"))
        failed = await failure(photo.add(bytes(CHUNK + 1)))
        assert failed.code == "chunk", failed


async def an_unknown_exception_of_a_port_becomes_a_failure_of_ours(work):
    phone = Phone(work / "phone")
    phone.keys.fails_with = ValueError("planted")
    try:
        failed = await failure(phone.open())
    finally:
        phone.keys.fails_with = None
    assert failed.kind == liuhen.FailureKind.KEYSTORE, failed
    await phone.open()


async def a_panic_of_the_core_is_a_failure_and_the_next_verb_is_done(work):
    phone = Phone(work / "phone")
    core = await phone.open()
    failed = await failure(core.plant_panic(liuhen.PlantedPanic.IN_VERB))
    assert (failed.kind, failed.code) == (liuhen.FailureKind.INTERNAL, "panic"), failed
    try:
        await core.plant_panic(liuhen.PlantedPanic.IN_CALL)
        raise AssertionError("it did not panic")
    except liuhen.InternalError as panicked:
        assert "planted" in str(panicked), panicked
    await core.keep_draft("after", "it goes on")
    assert await core.draft("after") == "it goes on"


async def a_vault_is_not_put_away_while_something_is_recorded(work):
    with Office(work / "bureau") as office:
        core = await joined(Phone(work / "phone"), office)
        await opened(core)
        content = next(MEDIA.glob("*.aac")).read_bytes()
        recording = await core.begin_recording(given("audio/aac"))
        await recording.push(content[:4096], None)
        failed = await failure(core.prepare_suspend())
        assert (failed.kind, failed.code) == (liuhen.FailureKind.IN_USE, "recording"), failed
        await core.resume()
        await recording.push(content[4096:8192], None)
        await read_back(core, await recording.finish(), content[:8192])
        await core.prepare_suspend()
        failed = await failure(core.today())
        assert failed.code == "suspended", failed
        await core.resume()
        assert len((await core.today()).items) == 1


async def work_is_done_on_threads_of_the_core_and_not_on_the_callers(work):
    phone = Phone(work / "phone")
    await phone.open()
    assert phone.keys.threads and threading.get_ident() not in phone.keys.threads


async def a_port_that_calls_the_core_back_is_refused_and_does_not_wait_for_itself(work):
    with Office(work / "bureau") as office:
        phone = Phone(work / "phone")
        core = await joined(phone, office)
        heard = []

        def call_back():
            phone.network.act = None
            heard.append(asyncio.run(failure(core.enrolment())))
            return phone.network.state()

        phone.network.act = call_back
        await core.sync_status()
        assert [failed.code for failed in heard] == ["reentrant"], heard


async def a_synchronisation_that_hangs_is_stopped_by_its_cancel(work):
    with Office(work / "bureau") as office:
        phone = Phone(work / "phone")
        core = await joined(phone, office)
        # Somebody who takes the connection and never answers stands where the bureau was.
        address = office.ready["url"].rsplit(":", 1)
    silent = socket.create_server(("127.0.0.1", int(address[1].strip("/"))))
    taken = asyncio.get_running_loop().run_in_executor(None, silent.accept)
    job = await core.start_sync(liuhen.SyncGiven(asked=True, shell_carries_pieces=False))
    await taken
    assert (await core.sync_status()).phase == liuhen.SyncPhase.RUNNING
    job.cancel()
    outcome = await job.outcome()
    assert outcome.code == "stopped", outcome
    while await job.next() is not None:
        pass
    silent.close()


async def a_recorder_at_hand_is_issued_with_the_key_that_it_proves_and_no_other_passes_for_it(work):
    with Office(work / "bureau") as office:
        core = await joined(Phone(work / "phone"), office)
        recorder = await core.connect_simulated_recorder(7, "ZFY-0007")
        told = await recorder.identity()
        given = liuhen.IssueGiven(
            recorder_no="ZFY-0007",
            serial="another",
            officer="li-wen",
            configured_officer_no=told.officer_no,
            issued_by="赵保管",
            condition="good",
            note=None,
        )
        refused = await failure(recorder.issue(given))
        assert [need.code for need in refused.missing] == ["recorder_same"], refused
        given.serial = told.serial
        view = await recorder.issue(given)
        assert [line.serial for line in view.recorders] == [told.serial], view
        # The same number, name and serial, and another key: known at once, because the issue bound the key.
        other = await core.connect_simulated_recorder(8, "ZFY-0007")
        assert (await other.identity()).serial == told.serial
        refused = await failure(other.pair())
        assert [need.code for need in refused.missing] == ["recorder_same"], refused
        paired = await recorder.pair()
        assert paired.recording is False, paired


async def copied(core, card):
    job = await core.import_card("ZFY-0007", card, [])
    while await job.next() is not None:
        pass
    return await job.outcome()


async def a_card_without_a_path_is_copied_through_the_shell_and_goes_on_where_it_was_pulled_out(work):
    with Office(work / "bureau") as office:
        core = await joined(Phone(work / "phone"), office)
        film = bytes(range(251)) * 12_000
        files = {("DCIM", "0001.MP4"): film, ("DCIM", "0002.MP4"): film[7:]}
        pulled = Card(files, pulled_at=("DCIM", "0002.MP4"))
        told = await copied(core, pulled)
        assert "中途断开" in told.zh, told
        assert pulled.longest <= 1 << 20, pulled.longest
        (first,) = (await core.today()).items
        await read_back(core, first, film)
        assert "封存 1 件，此前已有 1 件" in (await copied(core, Card(files))).zh
        (other,) = [item for item in (await core.today()).items if item.item != first.item]
        await read_back(core, other, film[7:])


async def footage_that_belongs_nowhere_is_listed_and_placed_by_hand_and_the_last_word_counts(work):
    with Office(work / "bureau") as office:
        core = await joined(Phone(work / "phone"), office)
        opened_now = await opened(core)
        await copied(core, Card({("DCIM", "MOVI0001.AVI"): b"footage without a time"}))
        view = await core.footage_screen()
        (file,) = view.unassigned
        assert (file.recorder_no, file.path, view.unassigned_count) == ("ZFY-0007", "DCIM/MOVI0001.AVI", 1), file
        assert file.why.zh and file.why.en and file.session is None and not view.by_hand, view
        (card,) = view.sessions
        assert card.session == opened_now.session and card.party_name, card

        def word(reason, session=card.session, item=file.item):
            return core.assign_footage(
                liuhen.AssignGiven(item=item, session=session, officer="li-wen", reason=reason)
            )

        refused = await failure(word(" "))
        assert [need.code for need in refused.missing] == ["assignment_reason"], refused
        failed = await failure(word("门牌", item="not an id"))
        assert failed.kind == liuhen.FailureKind.ARGUMENT, failed
        view = await word("录像中可见该店门牌")
        (placed,) = view.by_hand
        assert not view.unassigned and view.unassigned_count == 0, view
        assert placed.session == card.session and "录像中可见该店门牌" in placed.said.zh, placed
        view = await word("看错了门牌", session=None)
        assert not view.by_hand and [line.item for line in view.unassigned] == [file.item], view


TESTS = [
    footage_that_belongs_nowhere_is_listed_and_placed_by_hand_and_the_last_word_counts,
    a_card_without_a_path_is_copied_through_the_shell_and_goes_on_where_it_was_pulled_out,
    a_recorder_at_hand_is_issued_with_the_key_that_it_proves_and_no_other_passes_for_it,
    a_whole_patrol_from_joining_to_a_proved_store,
    a_refusal_lists_what_is_missing_in_both_languages,
    an_id_that_is_none_and_a_chunk_that_is_too_long_are_refused,
    an_unknown_exception_of_a_port_becomes_a_failure_of_ours,
    a_panic_of_the_core_is_a_failure_and_the_next_verb_is_done,
    a_vault_is_not_put_away_while_something_is_recorded,
    work_is_done_on_threads_of_the_core_and_not_on_the_callers,
    a_port_that_calls_the_core_back_is_refused_and_does_not_wait_for_itself,
    a_synchronisation_that_hangs_is_stopped_by_its_cancel,
]


def main():
    failed = 0
    for test in TESTS:
        name = test.__name__.replace("_", " ")
        with tempfile.TemporaryDirectory() as folder:
            try:
                asyncio.run(asyncio.wait_for(test(pathlib.Path(folder)), 120))
                print(f"ok    {name}")
            except Exception:
                failed += 1
                print(f"FAIL  {name}")
                traceback.print_exc()
    print(f"{len(TESTS) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
