//! Back at the office: the upload is cut once, killed once, and comes to its end.

use super::{Failure, kill, office::Office, patrol::Day, screen::Screen};
use liuhen_core::{
    sync::{Cancel, SyncOptions, SyncOutcome},
    vault::ItemFilter,
};
use liuhen_record::kind::ItemState;

impl Day {
    /// Synchronises: cut in the middle first, then to the end.
    pub fn back_at_the_office(&mut self, office: &Office, screen: &mut Screen) -> Result<(), Failure> {
        screen.part("回到单位", "Back at the office");
        let end = self.phone()?.end_day()?;
        screen.done(
            &format!("收工：当日资料 {} 件，待入库 {} 件", end.items.len(), end.not_stored),
            &format!("day ended: {} items, {} not stored yet", end.items.len(), end.not_stored),
        );
        let waiting = self.phone()?.vault().items(&ItemFilter::default())?;
        let total: i64 = waiting.iter().map(|row| row.len_bytes).sum();
        office.cut.cut_after(total / 2);
        let first = self.sync(office)?;
        if office.cut.cuts() == 0 {
            let (zh, en) =
                ("上传中途没有断网，本次演示不能说明断网续传", "the network was not cut while uploading");
            return Err(screen.lang().pick(zh, en).into());
        }
        self.cuts += 1;
        let why =
            first.waiting.as_ref().map_or(String::new(), |w| screen.lang().pick(&w.zh(), &w.en()).to_owned());
        screen.broke(
            &format!(
                "上传中途断网：记录 {} 条、分片 {} 个已到达。{why}",
                first.records_sent, first.pieces_sent
            ),
            &format!(
                "network cut while uploading: {} records, {} pieces had arrived. {why}",
                first.records_sent, first.pieces_sent
            ),
        );
        let freed = self.freed_on_receipts(screen)?;
        screen.note(
            &format!("此时已释放 {freed} 件，没有一件未经回执"),
            &format!("freed so far: {freed}, none without a receipt"),
        );
        office.cut.mend();
        self.die_while_uploading(office, screen)?;
        office.cut.mend();
        let second = self.sync(office)?;
        if let Some(waiting) = second.waiting {
            return Err(waiting.en().into());
        }
        let stored = ItemFilter { states: vec![ItemState::Stored], ..ItemFilter::default() };
        let stored = self.phone()?.vault().items(&stored)?;
        screen.done(
            &format!(
                "重启后自动续传：分片 {} 个；{} 件资料取得并核验入库回执",
                second.pieces_sent,
                stored.len()
            ),
            &format!("resumed: {} pieces; {} storage receipts verified", second.pieces_sent, stored.len()),
        );
        let freed = self.freed_on_receipts(screen)?;
        screen.done(
            &format!("回执核验后才释放手机空间：{freed} 件"),
            &format!("freed on the phone only after that: {freed} items"),
        );
        Ok(())
    }

    /// How many items the phone has freed. One without a receipt ends the demo: it is what must never happen.
    fn freed_on_receipts(&mut self, screen: &Screen) -> Result<usize, Failure> {
        let freed = ItemFilter { freed: Some(true), ..ItemFilter::default() };
        let freed = self.phone()?.vault().items(&freed)?;
        match freed.iter().filter(|row| row.receipt_index.is_none()).count() {
            0 => Ok(freed.len()),
            unproved => {
                let (zh, en) = (
                    format!("手机在没有入库回执的情况下释放了 {unproved} 件资料"),
                    format!("the phone freed {unproved} items without a storage receipt"),
                );
                Err(screen.lang().pick(&zh, &en).into())
            }
        }
    }

    /// Another process synchronises and is killed while a piece is on its way; the one after it goes on.
    fn die_while_uploading(&mut self, office: &Office, screen: &mut Screen) -> Result<(), Failure> {
        let left =
            ItemFilter { states: vec![ItemState::Sealed, ItemState::Pending], ..ItemFilter::default() };
        let left = self.phone()?.vault().items(&left)?;
        let left_bytes: i64 = left.iter().map(|row| row.len_bytes).sum();
        self.phone = None;
        office.cut.stall_after(left_bytes / 2);
        kill::sync_and_kill(&self.vault, &office.cut)?;
        self.kills += 1;
        screen.broke(
            &format!("网络恢复后续传，上传途中手机进程被杀（SIGKILL）：当时尚余 {} 件未入库", left.len()),
            &format!(
                "resumed, then killed (SIGKILL) while uploading: {} items were not stored yet",
                left.len()
            ),
        );
        self.open_phone()?;
        Ok(())
    }

    fn sync(&mut self, office: &Office) -> Result<SyncOutcome, Failure> {
        let cancel = Cancel::new();
        let phone = self.phone.as_mut().ok_or("the phone is off")?;
        Ok(office.runtime.block_on(phone.sync(SyncOptions::default(), &mut |_| {}, &cancel))?)
    }
}
