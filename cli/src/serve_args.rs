//! How the bureau is reached, and when its day ends.

use crate::patrol::day::hour;
use clap::Args;
use liuhen_bureau::{BureauConfig, index::DueHour, tls::TlsSource};
use std::{net::SocketAddr, path::PathBuf};

/// How the bureau serves.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// 监听地址 / address to listen on
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// 自行提供 TLS，首次启动时自动生成证书 / speak TLS; a certificate is made at the first start
    #[arg(long, conflicts_with_all = ["tls_cert", "behind_tls_proxy"])]
    tls: bool,
    /// 写入自动生成证书的域名或地址（可多次）/ a name or address for the certificate that is made, repeatable
    #[arg(long = "tls-name", requires = "tls")]
    names: Vec<String>,
    /// TLS 证书（PEM，含上级证书）/ speak TLS with this certificate and its chain
    #[arg(long, requires = "tls_key", conflicts_with = "behind_tls_proxy")]
    tls_cert: Option<PathBuf>,
    /// TLS 私钥（PEM）/ the certificate's private key
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// 前面已有 TLS 代理 / a TLS proxy stands in front; this or TLS is required beyond loopback
    #[arg(long)]
    behind_tls_proxy: bool,
    /// 手机访问的地址 / where phones find the bureau, if not where it listens: `https://bureau.example:8443`
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// 同时支持 IETF 断点续传草案 / uploads speak the IETF resumable-upload draft, too
    #[arg(long)]
    resumable_draft: bool,
    /// 当日资料应在几点前入库（北京时间）/ when the media of a day is due (article 10), up to 48:00
    #[arg(long, value_name = "HH:MM", value_parser = due, default_value = "24:00")]
    due: DueHour,
}

impl ServeArgs {
    /// Tells the bureau.
    pub fn tell(self, config: &mut BureauConfig) {
        config.listen = self.listen;
        config.tls = match (self.tls_cert, self.tls_key) {
            (Some(certificate), Some(key)) => Some(TlsSource::Files { certificate, key }),
            _ => self.tls.then_some(TlsSource::Own { names: self.names }),
        };
        config.behind_tls_proxy = self.behind_tls_proxy;
        config.public_url = self.public_url;
        config.resumable_draft = self.resumable_draft;
        config.due = self.due;
    }
}

fn due(text: &str) -> Result<DueHour, String> {
    DueHour::new(hour(text)?).ok_or_else(|| "00:00–48:00".to_owned())
}
