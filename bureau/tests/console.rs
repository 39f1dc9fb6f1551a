//! The console: who may look, what is found, and that names are only names.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{
    Office, body,
    browser::{Browser, found, signed_in},
    client, frames,
    phone::Phone,
    seed::{Ended, HOSTILE, Seeded, SeededItem, long_activity, review_part, seed},
};
use liuhen_bureau::{
    account::Role,
    admin,
    index::DueHour,
    store::{Ledger, Review, SessionOutcome, StoreError},
    tls::TlsSource,
};
use liuhen_record::{Digest, DocumentId, Kind, kind::CloseCause};
use std::collections::BTreeSet;

fn wanted(seeded: &Seeded, is: impl Fn(&SeededItem) -> bool) -> BTreeSet<String> {
    seeded.items.iter().filter(|item| is(item)).map(|item| item.item.to_string()).collect()
}

#[tokio::test]
async fn every_page_needs_a_sign_in() {
    let office = Office::open().await;
    let seeded = seed(&office).await;
    let device = seeded.phones[0].device();
    let nobody = Browser::new(&office.url());
    for path in [
        "/console".to_owned(),
        "/console/search".to_owned(),
        "/console/days".to_owned(),
        "/console/devices".to_owned(),
        "/console/log".to_owned(),
        "/console/log/4.note".to_owned(),
        "/console/recorders".to_owned(),
        "/console/audit".to_owned(),
        "/console/password".to_owned(),
        format!("/console/item/{}", seeded.items[0].item),
        format!("/console/item/{}/statement.json", seeded.items[0].item),
        format!("/console/session/{}", seeded.sessions[0]),
        format!("/console/device/{device}"),
        format!("/console/device/{device}/device.pem"),
        format!("/console/record/{device}/1.json"),
        format!("/console/record/{device}/15/signature/0.svg"),
    ] {
        let shown = nobody.get(&path).await;
        assert_eq!((shown.status, shown.header("location")), (303, "/console/sign-in"), "{path}");
    }
    let mut forged = Browser::new(&office.url());
    forged.cookie = format!("liuhen_console={}", "0".repeat(64));
    assert_eq!(forged.get("/console").await.status, 303);
}

#[tokio::test]
async fn each_key_of_article_16_and_all_together_find_exactly_what_was_seeded() {
    let office = Office::open().await;
    let seeded = seed(&office).await;
    let browser = signed_in(&office).await;
    let search = async |query: &str| {
        let shown = browser.get(&format!("/console/search?{query}")).await;
        assert_eq!(shown.status, 200);
        found(&shown.text)
    };
    let all = wanted(&seeded, |_| true);
    assert_eq!(search("").await, all);
    assert_eq!(search("device_no=XG-P-02").await, wanted(&seeded, |i| i.device_no == "XG-P-02"));
    assert_eq!(search("device_no=P-02").await, BTreeSet::new());
    assert_eq!(
        search("officer=%E8%B5%B5%E6%B5%B7").await,
        wanted(&seeded, |i| i.officers.contains(&"赵海燕"))
    );
    assert_eq!(search("officer=LN-B101").await, wanted(&seeded, |i| i.officers.contains(&"赵海燕")));
    assert_eq!(search("officer=A002").await, wanted(&seeded, |i| i.officers.contains(&"李敏")));
    assert_eq!(search("from=2026-03-10").await, wanted(&seeded, |i| i.session == 0 || i.session == 3));
    assert_eq!(search("from=2026-03-09&to=2026-03-09").await, wanted(&seeded, |i| i.session == 1));
    assert_eq!(search("to=2026-03-08").await, wanted(&seeded, |i| i.session == 2));
    assert_eq!(search("party=%E9%A4%90%E9%A5%AE").await, wanted(&seeded, |i| i.session == 0));
    assert_eq!(search("cause=LD-01").await, wanted(&seeded, |i| i.cause == "LD-01"));
    assert_eq!(search("cause=%E6%8B%96%E6%AC%A0").await, wanted(&seeded, |i| i.cause == "LD-02"));
    for initials in ["dlmmcy", "CY", "mmcyyxgs"] {
        assert_eq!(
            search(&format!("party={initials}")).await,
            wanted(&seeded, |i| i.session == 0),
            "{initials}"
        );
    }
    assert_eq!(search("party=dlmm").await, wanted(&seeded, |i| i.session < 2), "both begin with 大连某某");
    assert_eq!(search("party=zs").await, wanted(&seeded, |i| i.party == "张三"));
    let five = "device_no=XG-P-01&officer=%E6%9D%8E%E6%95%8F&from=2026-03-10&to=2026-03-10&party=%E9%A4%90&cause=LD-01";
    assert_eq!(search(five).await, wanted(&seeded, |i| i.session == 0));
    assert_eq!(search(&five.replace("LD-01", "LD-02")).await.len(), 0);
    for wild in ["party=%25", "party=_", "device_no=%25", "officer=%25", "cause=_"] {
        assert_eq!(search(wild).await, BTreeSet::new(), "{wild}");
    }
    let empty = browser.get("/console/search?party=nobody").await;
    assert!(empty.text.contains("没有符合条件的声像资料"));
    assert!(browser.get("/console/search?from=yesterday").await.text.contains("日期格式"));
}

#[tokio::test]
async fn hostile_names_are_shown_as_text() {
    let office = Office::open().await;
    let seeded = seed(&office).await;
    let browser = signed_in(&office).await;
    let item = seeded.items.iter().find(|item| item.party == HOSTILE).unwrap();
    for path in [
        "/console".to_owned(),
        "/console/search?party=%3Cscript%3E".to_owned(),
        format!("/console/item/{}", item.item),
        format!("/console/session/{}", seeded.sessions[item.session]),
    ] {
        let shown = browser.get(&path).await;
        assert!(shown.text.contains("&lt;script&gt;"), "{path}");
        assert!(!shown.text.contains("<script"), "{path}");
        assert!(shown.header("content-security-policy").contains("default-src 'none'"));
        assert!(!shown.header("content-security-policy").contains("unsafe"));
    }
}

#[tokio::test]
async fn an_item_page_shows_custody_and_a_proof_that_verifies() {
    let office = Office::open().await;
    let seeded = seed(&office).await;
    let browser = signed_in(&office).await;
    let item = seeded.items[0].item;
    let page = browser.get(&format!("/console/item/{item}")).await.text;
    for words in ["已入库", "当事人已查阅", "保管链", "封存", "局端核验入库", "不持有解密密钥", "XG-P-01"]
    {
        assert!(page.contains(words), "{words}");
    }
    let statement = browser.get(&format!("/console/item/{item}/statement.json")).await.text;
    let proof = browser.get(&format!("/console/item/{item}/item.tlog-proof")).await.text;
    let key = liuhen_record::note::VerifierKey::parse(&seeded.phones[0].vkey).unwrap();
    liuhen_record::proof::TlogProof::parse(&proof).unwrap().verify(statement.as_bytes(), &key).unwrap();
    let waiting = seeded.items.iter().find(|item| !item.stored).unwrap().item;
    assert!(browser.get(&format!("/console/item/{waiting}")).await.text.contains("尚未全部入库"));
}

#[tokio::test]
async fn a_recording_that_broke_off_was_made_when_it_was_opened_not_when_it_was_found() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (session, _) = phone.capture(&[b"a photograph".to_vec()]);
    let item = body::item_id();
    // 2026-03-10 11:00:00 in Shanghai.
    phone.now_ms = 1_773_111_600_000;
    phone.write(Some(session), Kind::CaptureOpened(body::capture_opened(item)));
    // The battery died; whoever opened the phone the next morning found 95 seconds of sound.
    phone.now_ms += 20 * 3_600_000;
    let mut sealed = phone.sealed(item, &[b"a sound".to_vec()]);
    (sealed.cause, sealed.started_mono_ms, sealed.ended_mono_ms) = (CloseCause::Recovered, 5_000, 100_000);
    phone.write(Some(session), Kind::CaptureSealed(sealed));
    phone.send().await.ok();
    let browser = signed_in(&office).await;
    let page = browser.get(&format!("/console/item/{item}")).await.text;
    assert!(page.contains("2026-03-10 11:00:00 至 11:01:35"), "{page}");
    let of_day = |day| format!("/console/search?from={day}&to={day}");
    assert!(found(&browser.get(&of_day("2026-03-10")).await.text).contains(&item.to_string()));
    assert!(found(&browser.get(&of_day("2026-03-11")).await.text).is_empty());
}

#[tokio::test]
async fn a_session_page_tells_the_whole_story_and_draws_the_signatures() {
    let office = Office::open().await;
    let seeded = seed(&office).await;
    let browser = signed_in(&office).await;
    let page = browser.get(&format!("/console/session/{}", seeded.sessions[1])).await.text;
    for words in
        ["询问当事人", "记录中断说明", "当事人逃避", "拒绝签字", "见证人：孙某某", "现场检查笔录", "修改处"]
    {
        assert!(page.contains(words), "{words}");
    }
    let picture = page.split("<img src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let svg = browser.get(&picture).await;
    assert_eq!((svg.status, svg.header("content-type")), (200, "image/svg+xml"));
    assert!(svg.text.contains("<path"));
    assert_eq!(browser.get(&picture.replace("/0.svg", "/99.svg")).await.status, 404);
}

#[tokio::test]
async fn an_activity_reviewed_in_parts_shows_what_was_refused_and_what_nobody_was_shown() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (session, first) = phone.capture(&[b"first".to_vec()]);
    let [second, third] = [b"second", b"thirds"].map(|piece| phone.capture_in(session, &[piece.to_vec()]));
    let refused = || Ended { officers: ["王建国", "李晓梅"], signed: None };
    let signed = || Ended { signed: Some(("张某某", DocumentId([7; 16]), Digest::ZERO)), ..refused() };
    let part = |item, piece: &[u8]| [(item, piece.to_vec())];
    review_part(&mut phone, session, &part(first, b"first"), refused());
    review_part(&mut phone, session, &part(second, b"second"), signed());
    phone.send().await.ok();
    let seen = || {
        let of =
            |rows: &dyn Ledger| Ok::<_, StoreError>((rows.session(session)?, rows.session_items(session)?));
        let (indexed, items) = office.bureau().office().read(of).unwrap();
        let review = |item| items.iter().find(|row| row.item == item).unwrap().review;
        (indexed.unwrap().outcome, [first, second, third].map(review))
    };
    let found = (SessionOutcome::Refused, [Review::Refused, Review::Reviewed, Review::None]);
    assert_eq!(seen(), found, "what was refused of it stays to be seen");
    review_part(&mut phone, session, &part(first, b"first"), signed());
    phone.send().await.ok();
    let found = (SessionOutcome::Confirmed, [Review::Reviewed, Review::Reviewed, Review::None]);
    assert_eq!(seen(), found, "until the party came back to it");
}

#[tokio::test]
async fn an_activity_of_many_records_is_told_to_its_end_and_nothing_of_its_end_is_hidden_at_first() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let first_seq = phone.next_seq();
    let session = long_activity(&mut phone, 2010);
    phone.send_all().await;
    let browser = signed_in(&office).await;
    let path = format!("/console/session/{session}");
    let page = browser.get(&path).await.text;
    let documents = page.split("<h2>文书").nth(1).unwrap();
    assert!(documents.contains("第 2 稿") && !documents.contains("第 1 稿"), "the last revision");
    let before = page.split("<h2>全过程记录").next().unwrap();
    for words in ["当事人查阅确认签字", "的手写签名", "执法活动结束"] {
        assert!(before.contains(words), "{words} in {before}");
    }
    assert!(page.contains("共 <strong>2010</strong> 条"), "{path}");
    let mut told = Vec::new();
    for page in browser.pages(&path).await {
        let timeline = page.split("<ol class=\"timeline\">").last().unwrap().split("</ol>").next().unwrap();
        let numbers = timeline.split(".json\">第 ").skip(1);
        told.extend(numbers.map(|rest| rest.split(' ').next().unwrap().parse::<i64>().unwrap()));
    }
    assert_eq!(told, (first_seq..first_seq + 2010).collect::<Vec<_>>(), "every record once, in order");
}

#[tokio::test]
async fn a_device_page_lists_its_own_activities_however_many_others_had_since() {
    let office = Office::open().await;
    let (mut quiet, mut busy) = (office.phone().await, office.phone().await);
    let (session, _) = quiet.capture(&[b"a photograph".to_vec()]);
    quiet.send().await.ok();
    busy.now_ms += 60_000;
    for _ in 0..501 {
        busy.write(Some(body::session_id()), Kind::SessionOpened(body::session_opened()));
    }
    busy.send_all().await;
    let browser = signed_in(&office).await;
    let of = async |phone: &Phone| {
        let page = browser.get(&format!("/console/device/{}", phone.device())).await.text;
        page.split("<h2>执法活动").nth(1).unwrap().to_owned()
    };
    let page = of(&quiet).await;
    assert!(page.contains(&session.to_string()) && !page.contains("暂无执法活动"), "{page}");
    let page = of(&busy).await;
    assert!(page.contains("共 <strong>501</strong> 次"), "{page}");
    assert!(page.contains("此处列出最近 20 次"), "{page}");
}

#[tokio::test]
async fn what_is_not_stored_by_midnight_in_shanghai_is_overdue() {
    let office = Office::open().await;
    let seeded = seed(&office).await;
    let browser = signed_in(&office).await;
    let yesterday = browser.get("/console/days?day=2026-03-09").await.text;
    assert!(yesterday.contains("逾期 1 件"));
    // 2026-03-10 24:00 in Shanghai.
    let midnight_ms = 1_773_158_400_000;
    office.clock.set_ms(midnight_ms - 1);
    let mut browser = Browser::new(&office.url());
    browser.sign_in("张主任", "a longer password").await;
    assert!(!browser.get("/console/days?day=2026-03-10").await.text.contains("逾期 2 件"));
    office.clock.set_ms(midnight_ms);
    assert!(browser.get("/console/days?day=2026-03-10").await.text.contains("逾期 2 件"));
    assert_eq!(seeded.items.iter().filter(|item| !item.stored).count(), 3);
    assert!(browser.get("/console/days?day=2026-13-40").await.text.contains("日期格式"));
}

/// The rows of the list of what is late on a page.
fn overdue(page: &str) -> Vec<String> {
    let list = page.split("id=\"overdue\"").nth(1).unwrap().split("</section>").next().unwrap();
    list.split("<tr>").skip(2).map(|row| row.split("</tr>").next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_overdue_item_is_listed_with_device_officer_and_age_from_the_configured_hour_on() {
    let office = Office::open_tuned(|config| config.due = DueHour::new(20 * 60).unwrap()).await;
    let seeded = seed(&office).await;
    let mut browser = signed_in(&office).await;
    let item = |session: usize| seeded.items.iter().filter(move |i| i.session == session && !i.stored);
    // 2026-03-10 20:00 in Shanghai, when what was recorded today is due.
    let due_ms = 1_773_144_000_000;
    office.clock.set_ms(due_ms - 1);
    browser.sign_in("张主任", "a longer password").await;
    for path in ["/console", "/console/days", "/console/days?day=2026-03-08"] {
        let rows = overdue(&browser.get(path).await.text);
        assert_eq!(rows.len(), 1, "{path}: only yesterday's");
        assert!(rows[0].contains(&item(1).next().unwrap().item.to_string()), "{path}");
        for said in ["XG-P-02", "赵海燕、李敏", "2026-03-09 20:00:00", "23 小时 59 分钟"] {
            assert!(rows[0].contains(said), "{path}: {said} in {}", rows[0]);
        }
    }
    office.clock.set_ms(due_ms);
    let page = browser.get("/console/days").await.text;
    assert!(page.contains("采集当日 20:00") && page.contains("逾期 2 件"), "{page}");
    let rows = overdue(&page);
    assert_eq!(rows.len(), 3, "longest overdue first");
    assert!(rows[0].contains("1 天 0 小时"), "{}", rows[0]);
    for (row, late) in rows[1..].iter().zip(item(3)) {
        assert!(row.contains(&late.item.to_string()) && row.contains("0 分钟"), "{row}");
        assert!(row.contains("XG-P-01") && row.contains("王建国、赵海燕"), "{row}");
    }
    let home = browser.get("/console").await.text;
    assert!(home.contains("<span class=\"number\">3</span>"), "the tile counts them");
    // Stored ones are never listed, however late it is.
    office.clock.set_ms(due_ms + 40 * 86_400_000);
    browser.sign_in("张主任", "a longer password").await;
    assert_eq!(overdue(&browser.get("/console/days").await.text).len(), 3);
}

#[tokio::test]
async fn sign_ins_and_views_are_written_down_with_the_role() {
    let office = Office::open().await;
    let seeded = seed(&office).await;
    let mut browser = signed_in(&office).await;
    browser.get(&format!("/console/item/{}", seeded.items[0].item)).await;
    browser.get(&format!("/console/session/{}", seeded.sessions[0])).await;
    browser.sign_in("张主任", "wrong password").await;
    let audit = office.bureau().office().read(|rows| rows.audit("", 0, 100)).unwrap();
    let has = |action: &str, role: &str| {
        audit
            .iter()
            .any(|e| e.action == action && e.role == role && e.name == "张主任" && e.source == "127.0.0.1")
    };
    assert!(
        has("sign_in", "section_head")
            && has("view_item", "section_head")
            && has("view_session", "section_head")
    );
    assert!(has("sign_in_refused", "") && has("password_changed", "section_head"));
}

#[tokio::test]
async fn guessing_is_slowed_down_and_forms_need_their_secret() {
    let office = Office::open().await;
    let mut browser = signed_in(&office).await;
    assert_eq!(browser.post("/console/sign-out", &[("csrf", "guess")]).await.status, 403);
    assert_eq!(browser.get("/console").await.status, 200);
    let mut guesser = Browser::new(&office.url());
    for _ in 0..5 {
        assert_eq!(guesser.sign_in("张主任", "not this one").await.status, 403);
    }
    assert_eq!(guesser.sign_in("张主任", "a longer password").await.status, 429);
    office.clock.advance_ms(15 * 60_000 + 1);
    assert_eq!(guesser.sign_in("张主任", "a longer password").await.status, 303);
    let foreign = client()
        .post(format!("{}/console/sign-in", office.url()))
        .header("Origin", "https://elsewhere.example");
    assert_eq!(foreign.body("name=a&password=b").send().await.unwrap().status(), 403);
}

/// By HTTP/2 a browser names the host in `:authority` and sends no `Host`.
#[tokio::test]
async fn a_browser_signs_in_over_the_bureaus_own_tls_and_by_http_2() {
    let office = Office::open_tuned(|config| config.tls = Some(TlsSource::Own { names: Vec::new() })).await;
    let password = admin::add_account(&office.data_dir(), "head", Role::SectionHead).unwrap();
    let http = frames::client(&office.data_dir());
    let url = office.url();
    let enter = async |origin: &str, sent: &str| {
        let post = http.post(format!("{url}{sent}")).header("Origin", origin);
        let answer = post.body(format!("name=head&password={password}")).send().await.unwrap();
        (answer.version(), answer.status().as_u16())
    };
    let by_h2 = |status| (reqwest::Version::HTTP_2, status);
    let (sign_in, other_port) = ("/console/sign-in", url.replace("127.0.0.1:", "127.0.0.1:1"));
    assert_eq!(enter(&url, sign_in).await, by_h2(303));
    for foreign in ["https://elsewhere.example", "https://127.0.0.1", &other_port, "https://"] {
        assert_eq!(enter(foreign, sign_in).await, by_h2(403), "{foreign}");
    }
}

/// A proxy may put a host of its own; what the browser says of where the form came from is its own word.
#[tokio::test]
async fn behind_a_proxy_that_names_another_host_the_browser_says_where_the_form_came_from() {
    let office = Office::open_tuned(|config| config.behind_tls_proxy = true).await;
    let password = admin::add_account(&office.data_dir(), "head", Role::SectionHead).unwrap();
    let enter = async |more: &[(&str, &str)]| {
        let mut post = client().post(format!("{}/console/sign-in", office.url()));
        for (name, value) in more {
            post = post.header(*name, *value);
        }
        post.body(format!("name=head&password={password}")).send().await.unwrap().status().as_u16()
    };
    let origin = ("Origin", "https://console.example");
    assert_eq!(enter(&[origin, ("Sec-Fetch-Site", "same-origin")]).await, 303);
    assert_eq!(enter(&[origin, ("Host", "console.example")]).await, 303);
    assert_eq!(enter(&[origin]).await, 403);
    for site in ["cross-site", "same-site"] {
        assert_eq!(enter(&[origin, ("Sec-Fetch-Site", site)]).await, 403, "{site}");
        let named = [origin, ("Host", "console.example"), ("Sec-Fetch-Site", site)];
        assert_eq!(enter(&named).await, 403, "{site}");
    }
}

#[tokio::test]
async fn a_clock_that_was_ahead_shuts_nobody_out_and_lets_nobody_stay_signed_in() {
    let office = Office::open().await;
    let day_ms = 24 * 3_600_000;
    office.clock.advance_ms(day_ms);
    let browser = signed_in(&office).await;
    let mut guesser = Browser::new(&office.url());
    for wanted in [403, 403, 403, 403, 403, 429] {
        assert_eq!(guesser.sign_in("张主任", "not this one").await.status, wanted);
    }
    office.clock.advance_ms(-5_000);
    assert_eq!(
        guesser.sign_in("张主任", "a longer password").await.status,
        429,
        "a small step unlocks nothing"
    );
    assert_eq!(browser.get("/console").await.status, 200, "nor does it end a session");
    office.clock.advance_ms(-day_ms);
    assert_eq!(browser.get("/console").await.status, 303, "a session of tomorrow has ended");
    office.clock.advance_ms(day_ms);
    assert_eq!(browser.get("/console").await.status, 303, "and is not there again tomorrow");
    office.clock.advance_ms(-day_ms);
    assert_eq!(
        guesser.sign_in("张主任", "a longer password").await.status,
        303,
        "and tomorrow's failures do not count"
    );
}

#[tokio::test]
async fn a_session_of_a_clock_that_was_ahead_is_over_also_when_it_is_shown_on_its_day_only() {
    let mut office = Office::open().await;
    let day_ms = 24 * 3_600_000;
    office.clock.advance_ms(day_ms);
    let mut browser = signed_in(&office).await;
    office.clock.advance_ms(-day_ms);
    let somebody_else = admin::add_account(&office.data_dir(), "王科长", Role::SectionHead).unwrap();
    Browser::new(&office.url()).enter("王科长", &somebody_else).await;
    office.clock.advance_ms(day_ms);
    assert_eq!(browser.get("/console").await.status, 303, "another's sign-in in between ended it");
    browser.sign_in("张主任", "a longer password").await;
    office.clock.advance_ms(-day_ms);
    office.restart().await;
    office.clock.advance_ms(day_ms);
    browser.url = office.url();
    assert_eq!(browser.get("/console").await.status, 303, "so did a start");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_guesses_at_once_are_no_more_than_forty_one_after_another() {
    let office = Office::open().await;
    let _known = signed_in(&office).await;
    for name in ["张主任", "nobody of that name"] {
        let tries = (0..40).map(|n| {
            let url = office.url();
            tokio::spawn(async move { Browser::new(&url).sign_in(name, &format!("guess {n}")).await.status })
        });
        let mut answers = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            answers.push(one.await.unwrap());
        }
        let count = |status| answers.iter().filter(|answer| **answer == status).count();
        assert_eq!((count(403), count(429)), (5, 35), "{name}: {answers:?}");
        let audit = office.bureau().office().read(|rows| rows.audit("", 0, 1000)).unwrap();
        let rows = |action| audit.iter().filter(|e| e.action == action && e.name == name).count();
        assert_eq!((rows("sign_in_refused"), rows("sign_in_throttled")), (5, 1), "{name}");
    }
}

#[tokio::test]
async fn whoever_makes_up_names_is_turned_away_by_address_and_written_down_once() {
    let office = Office::open().await;
    let mut guesser = Browser::new(&office.url());
    for n in 0..40 {
        let status = guesser.sign_in(&format!("name {n}"), "not this one").await.status;
        assert_eq!(status, if n < 30 { 403 } else { 429 }, "{n}");
    }
    let audit = office.bureau().office().read(|rows| rows.audit("", 0, 1000)).unwrap();
    assert_eq!(audit.iter().filter(|entry| entry.action == "sign_in_throttled").count(), 1);
}

#[tokio::test]
async fn guesses_at_the_current_password_count_as_those_at_the_door() {
    let office = Office::open().await;
    let mut browser = signed_in(&office).await;
    let csrf = browser.get("/console/password").await.csrf();
    let new = "another password";
    for wanted in [403, 403, 403, 403, 403, 429] {
        let fields = [("csrf", csrf.as_str()), ("old", "not this one"), ("new", new), ("again", new)];
        assert_eq!(browser.post("/console/password", &fields).await.status, wanted);
    }
    let right = [("csrf", csrf.as_str()), ("old", "a longer password"), ("new", new), ("again", new)];
    assert_eq!(browser.post("/console/password", &right).await.status, 429);
    assert_eq!(Browser::new(&office.url()).sign_in("张主任", "a longer password").await.status, 429);
    office.clock.advance_ms(15 * 60_000 + 1);
    assert_eq!(browser.post("/console/password", &right).await.status, 303);
}

#[tokio::test]
async fn behind_a_proxy_the_address_is_what_the_proxy_said_last() {
    let office = Office::open_tuned(|config| config.behind_tls_proxy = true).await;
    let said = client().post(format!("{}/console/sign-in", office.url()));
    let said =
        said.header("X-Forwarded-For", "192.0.2.1").header("X-Forwarded-For", "192.0.2.2, 198.51.100.7");
    assert_eq!(said.body("name=a&password=b").send().await.unwrap().status(), 403);
    let audit = office.bureau().office().read(|rows| rows.audit("", 0, 1)).unwrap();
    assert_eq!(audit[0].source, "198.51.100.7");
}

#[tokio::test]
async fn a_session_ends_when_it_is_left_alone_or_signed_out() {
    let office = Office::open().await;
    let mut browser = signed_in(&office).await;
    office.clock.advance_ms(29 * 60_000);
    assert_eq!(browser.get("/console").await.status, 200);
    office.clock.advance_ms(30 * 60_000);
    assert_eq!(browser.get("/console").await.status, 303);
    browser.sign_in("张主任", "a longer password").await;
    let csrf = browser.get("/console").await.csrf();
    assert_eq!(browser.post("/console/sign-out", &[("csrf", &csrf)]).await.status, 303);
    assert_eq!(browser.get("/console").await.status, 303);
}

#[tokio::test]
async fn a_one_time_password_must_be_changed_first() {
    let office = Office::open().await;
    let password = admin::add_account(&office.data_dir(), "保管员", Role::Custodian).unwrap();
    let mut browser = Browser::new(&office.url());
    let signed_in = browser.sign_in("保管员", &password).await;
    let cookie = signed_in.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert_eq!(browser.get("/console").await.header("location"), "/console/password");
    assert!(admin::add_account(&office.data_dir(), "保管员", Role::Custodian).is_err());
}

#[tokio::test]
async fn what_does_not_exist_is_said_in_chinese() {
    let office = Office::open().await;
    let browser = signed_in(&office).await;
    for path in [
        "/console/nowhere",
        "/console/item/zz",
        "/console/item/00000000000000000000000000000000",
        "/console/session/..%2f",
        "/console/device/1",
    ] {
        let shown = browser.get(path).await;
        assert_eq!(shown.status, 404, "{path}");
        assert!(shown.text.contains("页面不存在"), "{path}");
    }
}
