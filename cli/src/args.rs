//! What can be asked on the command line.

use crate::{
    log_args::{LogArgs, StampArgs, WitnessArgs},
    patrol::{
        conflicts::ConflictsArgs,
        day::DayArgs,
        office::{EnrolArgs, InvitationArgs},
    },
    recipient_args::RecipientArgs,
    serve_args::ServeArgs,
    verify::VerifyArgs,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use liuhen_record::DeviceId;
use std::path::PathBuf;

/// 留痕 Liuhen：行政执法全过程记录 / whole-process recording of administrative enforcement
#[derive(Debug, Parser)]
#[command(name = "liuhen", version, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The things this program is.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 演示一次完整执法 / a whole patrol against an embedded bureau
    Demo(DemoArgs),
    /// 运行单位服务器 / run the bureau server
    Bureau(BureauArgs),
    /// 执法手机（无界面）/ a headless officer's phone
    Patrol(PatrolArgs),
    /// 执法记录仪 / body recorders
    Recorder(crate::recorder::args::RecorderArgs),
    /// 离线核验数据包 / verify a package offline
    Verify(VerifyArgs),
    /// 运行独立见证服务 / run an independent witness of a bureau's log
    Witness(WitnessArgs),
}

/// `liuhen demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// 照片、录音、录像所在文件夹 / folder of photos and recordings to capture
    #[arg(long)]
    pub media: Option<PathBuf>,
    /// 输出文件夹 / where the package and the summary go
    #[arg(long, default_value = "out")]
    pub out: PathBuf,
    /// 用另一进程中的记录仪（sim:HOST:PORT），缺省为进程内模拟 / use the recorder of another process; in-process by default
    #[arg(long, requires = "recorder_card")]
    pub recorder: Option<String>,
    /// 该记录仪的存储卡所在文件夹 / the folder that is that recorder's card
    #[arg(long, requires = "recorder")]
    pub recorder_card: Option<PathBuf>,
    /// 结束后保留控制台 / leave the console running and print its address
    #[arg(long)]
    pub open: bool,
}

/// `liuhen bureau`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct BureauArgs {
    /// Something other than serving.
    #[command(subcommand)]
    pub command: Option<BureauCommand>,
    /// 数据文件夹 / data folder
    #[arg(long, required = true)]
    pub data: Option<PathBuf>,
    /// How it is reached.
    #[command(flatten)]
    pub serve: ServeArgs,
    /// To whom phones seal.
    #[command(flatten)]
    pub recipients: RecipientArgs,
    /// 执法人员名册（JSON）/ officers to import at start
    #[arg(long)]
    pub officers: Option<PathBuf>,
    /// Who vouches for the log.
    #[command(flatten)]
    pub log: LogArgs,
}

/// Other things to do with a bureau's data folder.
#[derive(Debug, Subcommand)]
pub enum BureauCommand {
    /// 生成一次性登记码 / make a one-use enrolment code
    Enrol {
        /// 数据文件夹 / data folder
        #[arg(long)]
        data: PathBuf,
    },
    /// 导入执法人员名册 / import officers with their certificates
    Officers {
        /// 名册（JSON）/ roster file
        file: PathBuf,
        /// 数据文件夹 / data folder
        #[arg(long)]
        data: PathBuf,
    },
    /// 新增控制台账户 / add a console account and print its first password
    Account {
        /// 姓名 / sign-in name
        name: String,
        /// 角色 / role
        #[arg(long, value_enum)]
        role: AccountRole,
        /// 数据文件夹 / data folder
        #[arg(long)]
        data: PathBuf,
    },
    /// 注销设备（遗失、停用）及其接续设备 / strike a lost or retired device off, and those that continue it: they get in no more
    Revoke {
        /// 设备标识 / the device's id, 32 hexadecimal digits
        device: DeviceId,
        /// 数据文件夹 / data folder
        #[arg(long)]
        data: PathBuf,
    },
    /// 立即为日志加盖时间戳 / have the log time-stamped now
    Stamp(StampArgs),
    /// 全面检查所存资料 / derive and check everything again
    Fsck(crate::fsck::FsckArgs),
    /// 导出数据包，可选设备与日期 / write a package of all devices, or of some and of some days
    Package(crate::package::PackageArgs),
}

/// Console roles.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum AccountRole {
    /// 专门人员
    Custodian,
    /// 科室负责人
    SectionHead,
    /// 综合科
    GeneralSection,
}

/// `liuhen patrol`
#[derive(Debug, Args)]
pub struct PatrolArgs {
    /// 手机存储文件夹 / folder of the phone's vault
    #[arg(long)]
    pub vault: PathBuf,
    /// 输出 JSON / answer in JSON lines
    #[arg(long, global = true)]
    pub json: bool,
    /// What the officer does.
    #[command(subcommand)]
    pub command: PatrolCommand,
}

/// What an officer does, in the order of a day.
#[derive(Debug, Subcommand)]
pub enum PatrolCommand {
    /// 登记本机 / join a bureau
    Enrol(EnrolArgs),
    /// 单位服务器更换地址或 TLS 密钥后重新定位 / the bureau moved, or has another TLS key
    FindBureau(InvitationArgs),
    /// 使用前检查 / pre-use check (article 19)
    Check {
        /// 手机电量 % / battery of the phone, percent
        #[arg(long, default_value_t = 90)]
        battery: i64,
        /// 计划录制分钟数 / minutes of recording planned
        #[arg(long, default_value_t = 60)]
        planned_minutes: i64,
        /// 不合格仍使用的理由，如 phone_battery=理由 / use in spite of a failed value
        #[arg(long = "override", value_parser = pair)]
        overrides: Vec<(String, String)>,
    },
    /// 开始执法活动 / open an activity
    Open(OpenArgs),
    /// 出示执法证件 / show certificates (article 17)
    ShowCertificate {
        /// 当事人未确认 / the party did not confirm
        #[arg(long)]
        not_confirmed: bool,
    },
    /// 事先告知 / give notice of the recording (article 18)
    Notice {
        /// 方式 / spoken, on_screen or paper
        #[arg(long, default_value = "spoken")]
        channel: String,
        /// 当事人回应 / agreed, acknowledged, objected, unable or absent
        #[arg(long, default_value = "acknowledged")]
        response: String,
        /// 告知书字段（JSON）/ fields of the notice
        #[arg(long)]
        fields: Option<PathBuf>,
    },
    /// 拍照、导入照片录音录像 / capture files
    Capture {
        /// 文件 / the files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// 名称 / what to call them
        #[arg(long)]
        label: Option<String>,
        /// 来源 / phone, recorder, camera, camcorder or fixed_camera
        #[arg(long, default_value = "phone")]
        source: String,
        /// 来源设备编号 / number of the device they come from
        #[arg(long)]
        source_no: Option<String>,
    },
    /// 录音（以文件代替麦克风）/ record audio, the file standing in for the microphone
    RecordAudio {
        /// ADTS AAC
        file: PathBuf,
        /// 每秒字节数，0 为不限 / pace in bytes a second; 0 as fast as possible
        #[arg(long, default_value_t = 0)]
        pace: u64,
        /// 名称 / what to call it
        #[arg(long)]
        label: Option<String>,
    },
    /// 制作文书 / fill or correct a document
    Document {
        /// 模板 / template id
        template: String,
        /// 字段（JSON）/ field values
        #[arg(long)]
        fields: PathBuf,
        /// 更正已有文书 / correct this document instead of making a new one
        #[arg(long)]
        correct: Option<String>,
        /// 更正人 / who asked for the correction: an officer id, or `party`
        #[arg(long, default_value = "party")]
        by: String,
    },
    /// 说明录制间断 / explain a hole in the recording
    Gap {
        /// 原因 / reason code
        #[arg(long, default_value = "other")]
        reason: String,
        /// 说明 / explanation
        #[arg(long)]
        explain: String,
        /// 起（Unix 毫秒），缺省为尚未说明的各段 / start; without it every unexplained hole is meant
        #[arg(long, requires = "to_ms")]
        from_ms: Option<i64>,
        /// 止（Unix 毫秒）/ end
        #[arg(long, requires = "from_ms")]
        to_ms: Option<i64>,
    },
    /// 标记第十二条情形 / mark a circumstance of article 12
    Trigger {
        /// T1 异议投诉 T2 阻碍 T3 群体突发 T4 其他
        code: String,
        /// 说明 / note
        #[arg(long, default_value = "")]
        note: String,
    },
    /// 报告设备故障 / report a fault (article 20)
    Fault {
        /// 现象 / what was seen
        #[arg(long)]
        symptom: String,
        /// 设备编号，缺省为本机 / the device; this phone by default
        #[arg(long)]
        device_no: Option<String>,
        /// 设备内无资料 / no media is left on it
        #[arg(long)]
        no_data_on_device: bool,
    },
    /// 提交当事人查阅 / open the party's review (article 18)
    Review,
    /// 当事人签字确认 / the party signs
    Sign(SignArgs),
    /// 拒签、不能签、不在场 / the party does not sign
    Refuse(RefuseArgs),
    /// 结束执法活动 / close the activity
    Close {
        /// 对未完成事项的说明，如 text_record=理由 / explain what is missing
        #[arg(long = "explain", value_parser = pair)]
        explanations: Vec<(String, String)>,
    },
    /// 收工 / end the working day (article 10)
    EndDay(DayArgs),
    /// 人工核查后重新上传被搁置的分片（可只指定一件资料）/ take parked pieces up again, after somebody has looked
    Unpark { item: Option<String> },
    /// 单位日志前后矛盾的检查点：查看、导出、核查后解除 / checkpoints that contradict one another: show, write out, settle
    Conflicts(ConflictsArgs),
    /// 同步 / synchronise with the bureau
    Sync,
    /// 当前状态 / what is open, missing and waiting
    Status,
    /// 导出数据包 / write a package of what this phone still holds
    Export {
        /// 输出文件夹（须不存在）/ output folder, must not exist
        #[arg(long)]
        out: PathBuf,
    },
}

/// `liuhen patrol open`
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// 活动种类 / patrol, evidence_collection, inquiry, service, hearing, coercion or penalty
    #[arg(long, default_value = "patrol")]
    pub activity: String,
    /// 执法人员（先主办后协办）/ officer ids, the lead first
    #[arg(long = "officer", required = true)]
    pub officers: Vec<String>,
    /// 当事人 / the party
    #[arg(long)]
    pub party: String,
    /// 当事人为个人 / the party is a person, not a unit
    #[arg(long)]
    pub person: bool,
    /// 统一社会信用代码
    #[arg(long)]
    pub uscc: Option<String>,
    /// 法定代表人或现场负责人 / representative
    #[arg(long)]
    pub representative: Option<String>,
    /// 案由 code=名称 / cause
    #[arg(long, value_parser = pair, default_value = "patrol=日常巡查")]
    pub cause: (String, String),
    /// 地点 / place
    #[arg(long)]
    pub place: String,
}

/// `liuhen patrol sign`
#[derive(Debug, Args)]
pub struct SignArgs {
    /// 当事人签名笔迹（JSON）/ the party's strokes
    #[arg(long)]
    pub strokes: PathBuf,
    /// 签名人姓名，缺省为当事人代表 / name of the signer
    #[arg(long)]
    pub name: Option<String>,
    /// 身份 / party, authorised_agent, site_leader or guardian
    #[arg(long, default_value = "party")]
    pub role: String,
    /// 执法人员签名笔迹，按开案顺序 / the officers' strokes, in the order of opening
    #[arg(long = "officer-strokes")]
    pub officer_strokes: Vec<PathBuf>,
    /// 放弃查阅，如 <资料号>=理由 / an item waived
    #[arg(long = "waive", value_parser = pair)]
    pub waived: Vec<(String, String)>,
    /// 异议 / objection
    #[arg(long, default_value = "")]
    pub objection: String,
}

/// `liuhen patrol refuse`
#[derive(Debug, Args)]
pub struct RefuseArgs {
    /// 情形 / refused, unable or absent
    #[arg(long, default_value = "refused")]
    pub state: String,
    /// 理由 / untrue, uncooperative, not_stated or other
    #[arg(long, default_value = "not_stated")]
    pub reason: String,
    /// 理由说明 / in words
    #[arg(long)]
    pub note: String,
    /// 见证人姓名 / witness
    #[arg(long)]
    pub witness: Option<String>,
    /// 没有见证人的原因 / why there is no witness
    #[arg(long, default_value = "", conflicts_with = "witness")]
    pub no_witness: String,
    /// 见证人单位 / unit or address of the witness
    #[arg(long, default_value = "")]
    pub witness_unit: String,
    /// 见证人电话 / telephone of the witness
    #[arg(long, default_value = "")]
    pub witness_phone: String,
    /// 见证人签名笔迹 / strokes of the witness
    #[arg(long, requires = "witness")]
    pub witness_strokes: Option<PathBuf>,
    /// 执法人员签名笔迹，按开案顺序 / the officers' strokes, in the order of opening
    #[arg(long = "officer-strokes")]
    pub officer_strokes: Vec<PathBuf>,
}

/// Reads `a=b`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected NAME=TEXT".to_owned()),
    }
}
