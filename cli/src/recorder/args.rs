//! What can be asked about recorders on the command line.

use clap::{Args, Subcommand};
use std::{net::SocketAddr, path::PathBuf};

/// `liuhen recorder`
#[derive(Debug, Args)]
pub struct RecorderArgs {
    /// 手机存储文件夹 / folder of the phone's vault
    #[arg(long, global = true)]
    pub vault: Option<PathBuf>,
    /// 记录仪编号（执法记录设备编号）/ the bureau's number for the recorder
    #[arg(long = "recorder", global = true)]
    pub recorder_no: Option<String>,
    /// 连接方式：sim:HOST:PORT 模拟记录仪，ble:名称 蓝牙（须带 bluetooth 编译）/ how the recorder is reached
    #[arg(long, global = true)]
    pub link: Option<String>,
    /// 输出 JSON / answer in JSON lines
    #[arg(long, global = true)]
    pub json: bool,
    /// What is done.
    #[command(subcommand)]
    pub command: RecorderCommand,
}

/// What is done with a recorder, in the order of its day.
#[derive(Debug, Subcommand)]
pub enum RecorderCommand {
    /// 搜索附近的记录仪 / look for recorders nearby
    Scan {
        /// 搜索秒数 / seconds to look for
        #[arg(long, default_value_t = 5)]
        secs: u64,
    },
    /// 领用登记；带 --link 时设备当场证明身份，其密钥一并绑定 / record the issue to an officer; with --link its key is bound, too
    Issue(IssueArgs),
    /// 归还登记 / record the return
    Return(ReturnArgs),
    /// 维修登记（第二十条）/ record a step of a repair (article 20)
    Repair(RepairArgs),
    /// 配对、核对身份、校时 / pair: identity against the issue, clock measured and set
    Pair,
    /// 状态：领用、告警、文件核对；带 --link 时查看设备 / issue, alarms and footage; with --link a look at it
    Status,
    /// 使用前检查（第十九条）/ pre-use check of phone and recorder (article 19)
    Check {
        /// 手机电量 % / battery of the phone, percent
        #[arg(long, default_value_t = 90)]
        battery: i64,
        /// 计划录制分钟数 / minutes of recording planned
        #[arg(long, default_value_t = 60)]
        planned_minutes: i64,
        /// 不合格仍使用的理由，如 recorder_battery=理由 / use in spite of a failed value
        #[arg(long = "override", value_parser = crate::args::pair)]
        overrides: Vec<(String, String)>,
    },
    /// 开始录制 / start recording
    Start,
    /// 停止录制 / stop recording
    Stop,
    /// 重点标记 / mark this moment as important
    Mark,
    /// 收取文件清单 / collect the list of files
    Manifest,
    /// 使用结束，解除配对 / let it go at the end of use
    Release,
    /// 从存储卡或文件夹导入（只读，不删除）/ import from a mounted card or folder; it is only read
    Import(ImportArgs),
    /// 人工归属：把未归属的文件归入执法活动，须写明理由 / say by hand to which session an unassigned file belongs, and why
    Assign(AssignArgs),
    /// 启动模拟记录仪 / start a simulated recorder
    Simulate(SimulateArgs),
}

/// `liuhen recorder issue`
#[derive(Debug, Args)]
pub struct IssueArgs {
    /// 领用人（执法人员编号）/ the officer's id
    #[arg(long)]
    pub officer: String,
    /// 产品序号 / maker's serial number
    #[arg(long)]
    pub serial: String,
    /// 设备内警号（最多六位）/ officer number configured in it
    #[arg(long, default_value = "")]
    pub officer_no: String,
    /// 发放人（专门人员）/ the custodian who issues it
    #[arg(long)]
    pub issued_by: String,
    /// 状况：good 良好、worn 磨损 / condition
    #[arg(long, default_value = "good")]
    pub condition: String,
    /// 起始（Unix 毫秒），缺省为现在 / from when on; now by default
    #[arg(long)]
    pub from_ms: Option<i64>,
    /// 备注 / note
    #[arg(long)]
    pub note: Option<String>,
}

/// `liuhen recorder return`
#[derive(Debug, Args)]
pub struct ReturnArgs {
    /// 接收人（专门人员）/ the custodian who takes it back
    #[arg(long)]
    pub received_by: String,
    /// 状况：good 良好、worn 磨损、damaged 损坏（停用待修）/ condition; damaged puts it out of use
    #[arg(long, default_value = "good")]
    pub condition: String,
    /// 归还时间（Unix 毫秒），缺省为现在 / when; now by default
    #[arg(long)]
    pub to_ms: Option<i64>,
    /// 设备内无资料 / no media is left on it
    #[arg(long)]
    pub no_data_on_device: bool,
    /// 备注 / note
    #[arg(long)]
    pub note: Option<String>,
}

/// `liuhen recorder repair`
#[derive(Debug, Args)]
pub struct RepairArgs {
    /// 步骤：sent 送修、returned 修复返回（恢复使用）、retired 停用报废 / step
    #[arg(long)]
    pub step: String,
    /// 维修单位 / who repairs it
    #[arg(long)]
    pub repairer: String,
    /// 批准人 / who approved it
    #[arg(long)]
    pub approved_by: String,
    /// 审批号 / number of the approval
    #[arg(long)]
    pub approval_no: Option<String>,
    /// 费用（分）/ cost, 1/100 yuan
    #[arg(long)]
    pub cost_fen: Option<i64>,
    /// 备注 / note
    #[arg(long)]
    pub note: Option<String>,
}

/// `liuhen recorder import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// 存储卡挂载点或文件夹 / mount point of the card, or a folder
    pub dir: PathBuf,
    /// 监督的执法人员姓名（故障设备须两名）/ an officer who supervises; a faulty recorder needs two
    #[arg(long = "supervisor")]
    pub supervisors: Vec<String>,
    /// 监督的专门人员姓名 / the custodian who supervises
    #[arg(long)]
    pub custodian: Option<String>,
    /// 文件名规则（JSON），缺省为内置 / name patterns; the built-in ones by default
    #[arg(long)]
    pub patterns: Option<PathBuf>,
}

/// `liuhen recorder assign`
#[derive(Debug, Args)]
pub struct AssignArgs {
    /// 资料编号（recorder status 列出未归属的文件）/ the sealed file, as `recorder status` lists it
    pub item: String,
    /// 执法活动编号 / the session
    #[arg(long, conflicts_with = "take_back", required_unless_present = "take_back")]
    pub session: Option<String>,
    /// 撤回此前的人工归属 / take an earlier assignment by hand back
    #[arg(long)]
    pub take_back: bool,
    /// 作出决定的执法人员编号 / id of the officer who decides
    #[arg(long)]
    pub officer: String,
    /// 理由 / why
    #[arg(long)]
    pub reason: String,
}

/// `liuhen recorder simulate`
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// 监听地址 / address to listen on
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// 把录下的文件写成存储卡样的文件夹 / write what it records into a folder like its card
    #[arg(long)]
    pub card: Option<PathBuf>,
    /// 产品序号 / serial number
    #[arg(long, default_value = "SIM0001")]
    pub serial: String,
    /// 设备内警号 / officer number configured in it
    #[arg(long, default_value = "210001")]
    pub officer_no: String,
    /// 电量 % / battery, percent
    #[arg(long, default_value_t = 87)]
    pub battery: u8,
    /// 剩余空间（字节）/ free space, bytes
    #[arg(long, default_value_t = 51_539_607_552)]
    pub free_bytes: u64,
    /// 每秒字节数 / what a second of recording takes, bytes
    #[arg(long, default_value_t = 750_000)]
    pub bytes_per_sec: u64,
    /// 以蓝牙模拟：HCI 监听端口（须有 Python 和 bumble）/ as a Bluetooth peripheral: listen for HCI there (needs Python and bumble)
    #[arg(long)]
    pub hci: Option<SocketAddr>,
}
