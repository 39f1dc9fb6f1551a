//! What can be asked about the log: who cosigns it, who time-stamps it, running a witness.

use clap::Args;
use liuhen_bureau::log::witnesses::WitnessAddress;
use liuhen_record::note::VerifierKey;
use std::{net::SocketAddr, path::PathBuf};

/// `liuhen witness`
#[derive(Debug, Args)]
pub struct WitnessArgs {
    /// 状态文件夹 / folder of its key and of what it has cosigned; never restore it from a backup
    #[arg(long)]
    pub state: PathBuf,
    /// 所见证日志的验证公钥，可多次 / verifier key of a log to watch; may be repeated
    #[arg(long = "origin", value_name = "VKEY", required = true)]
    pub origins: Vec<VerifierKey>,
    /// 监听地址 / address to listen on
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// 见证方名称，首次启动时确定 / name of its key, fixed at the first start
    #[arg(long)]
    pub name: Option<String>,
    /// 前面已有 TLS 代理 / a TLS proxy stands in front; required for an address beyond loopback
    #[arg(long)]
    pub behind_tls_proxy: bool,
}

/// Who vouches for a bureau's log.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// 日志见证方，可多次 / a witness that cosigns the log; may be repeated
    #[arg(long = "witness", value_name = "URL=VKEY")]
    pub witnesses: Vec<WitnessAddress>,
    /// 手机须见到多少见证方联署才释放资料 / phones enrolled from now on free nothing without so many cosignatures
    #[arg(long, value_name = "K", requires = "witnesses")]
    pub witness_quorum: Option<u32>,
    /// Who time-stamps the log.
    #[command(flatten)]
    pub tsa: TsaArgs,
}

/// `liuhen bureau stamp`
#[derive(Debug, Args)]
pub struct StampArgs {
    /// 数据文件夹 / data folder
    #[arg(long)]
    pub data: PathBuf,
    /// Who stamps.
    #[command(flatten)]
    pub tsa: TsaArgs,
}

/// Who time-stamps the log.
#[derive(Debug, Args)]
pub struct TsaArgs {
    /// 时间戳服务（RFC 3161）地址 / address of a time-stamping authority
    #[arg(long, value_name = "URL")]
    pub tsa: Option<String>,
    /// 时间戳服务的根证书（PEM）/ its certificates; tokens of others are refused
    #[arg(long, value_name = "FILE", requires = "tsa")]
    pub tsa_ca: Option<PathBuf>,
    /// 间隔分钟数 / minutes between stamps of a log that has grown
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    pub stamp_every: u64,
}
