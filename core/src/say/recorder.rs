//! What a recorder did, and what is wrong with it, in sentences.

use super::{Sentence, sentence};
use liuhen_record::{
    kind::{Alarm, FileAssigned, RecorderEventKind, Unassigned},
    words,
};

/// What is wrong with a recorder.
pub fn alarm(alarm: Alarm) -> Sentence {
    match alarm {
        Alarm::Swapped => sentence("应答的不是所领用的设备", "another device answers"),
        Alarm::OtherOfficer => sentence("设备内警号与领用登记不符", "another officer number is configured"),
        Alarm::BatteryLow => sentence("执法记录仪电量低", "the recorder's battery is low"),
        Alarm::BatteryCritical => {
            sentence("执法记录仪电量即将耗尽", "the recorder's battery is about to end")
        }
        Alarm::StorageLow => {
            sentence("执法记录仪存储空间不足十分钟", "the recorder has space for less than ten minutes")
        }
        Alarm::StoppedByItself => {
            sentence("执法记录仪自行停止录制", "the recorder stopped recording by itself")
        }
        Alarm::ListChanged => {
            sentence("执法记录仪文件清单前后不一致", "the recorder's list says something else than before")
        }
    }
}

/// What a recorder did.
pub fn event(event: RecorderEventKind) -> Sentence {
    match event {
        RecorderEventKind::Started => sentence("开始录制", "started recording"),
        RecorderEventKind::Stopped => sentence("停止录制", "stopped recording"),
        RecorderEventKind::Marked => sentence("已作重点标记", "marked as important"),
        RecorderEventKind::LinkLost => {
            sentence("失去联系，录制状态待确认", "out of reach; what it does is unknown")
        }
        RecorderEventKind::LinkFound => sentence("恢复联系", "found again"),
        RecorderEventKind::Released => sentence("已解除使用", "released"),
        RecorderEventKind::Segment => sentence("录制转入下一个文件", "went on in another file"),
    }
}

/// Why a file belongs to no session.
pub fn unassigned(why: Unassigned) -> Sentence {
    let en = match why {
        Unassigned::NoTime => "it tells no time of recording",
        Unassigned::AmbiguousTime => "the recorder's clock was set back: it may be of either time",
        Unassigned::NoBinding => "the recorder was issued to nobody then",
        Unassigned::OtherOfficer => "it names another officer than the one who had the recorder",
        Unassigned::OtherRecorder => "it names another recorder",
        Unassigned::NoSession => "whoever had the recorder had no session then",
    };
    sentence(words::unassigned(why), en)
}

/// Who said by hand where a file belongs, and why.
pub fn assigned(said: &FileAssigned) -> Sentence {
    let FileAssigned { name, cert_no, reason, .. } = said;
    sentence(
        format!("人工归属：{name}（证号 {cert_no}），{reason}"),
        format!("assigned by hand: {name} (certificate {cert_no}), {reason}"),
    )
}
