//! `liuhen bureau`: runs the office, and what an administrator does with its data folder.

use crate::{
    args::{AccountRole, BureauArgs, BureauCommand},
    fsck,
    lang::Lang,
    log_args::TsaArgs,
    output::print_line,
    package,
};
use liuhen_bureau::{Bureau, BureauConfig, account::Role, admin, log::stamps::Tsa};
use liuhen_record::DeviceId;
use serde_json::json;
use std::{
    fmt::Display,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

/// Runs what was asked.
pub fn run(arguments: BureauArgs, lang: Lang) -> ExitCode {
    let done = match arguments.command {
        None => serve(arguments, lang),
        Some(BureauCommand::Enrol { data }) => enrol(data, lang),
        Some(BureauCommand::Officers { file, data }) => import_officers(&data, &file, lang),
        Some(BureauCommand::Account { name, role, data }) => add_account(&data, &name, role, lang),
        Some(BureauCommand::Revoke { device, data }) => revoke(&data, device, lang),
        Some(BureauCommand::Stamp(wanted)) => stamp(&wanted.data, &wanted.tsa, lang),
        Some(BureauCommand::Package(arguments)) => package::run(arguments, lang),
        Some(BureauCommand::Fsck(arguments)) => return fsck::run(&arguments, lang),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{}: {reason}", lang.pick("未能完成", "not done"));
            ExitCode::FAILURE
        }
    }
}

fn text(error: impl Display) -> String {
    error.to_string()
}

fn serve(arguments: BureauArgs, lang: Lang) -> Result<(), String> {
    let data = arguments.data.ok_or_else(|| "--data".to_owned())?;
    let mut config = BureauConfig::new(&data);
    arguments.serve.tell(&mut config);
    config.witnesses = arguments.log.witnesses;
    config.witness_quorum = arguments.log.witness_quorum;
    config.tsa = authority(&arguments.log.tsa)?;
    config.recipients = arguments.recipients.into();
    let runtime = tokio::runtime::Runtime::new().map_err(self::text)?;
    runtime.block_on(async {
        let bureau = Bureau::start(config).await.map_err(self::text)?;
        if let Some(officers) = &arguments.officers {
            import_officers(&data, officers, lang)?;
        }
        let invitation = bureau.invitation().map_err(self::text)?;
        let mut ready = json!({
            "ready": true,
            "url": bureau.url(),
            "enrol_code": invitation.rsplit_once('#').map(|(_, code)| code),
            "invitation": invitation,
            "console_url": bureau.console_url(),
        });
        if admin::accounts(&data).map_err(self::text)?.is_empty() {
            // Somebody must be the first to sign in; the password must be changed then.
            ready["console_user"] = "custodian".into();
            ready["console_password"] =
                admin::add_account(&data, "custodian", Role::Custodian).map_err(self::text)?.into();
        }
        if let Some(identity) = bureau.new_identity() {
            ready["identity_file"] = identity.display().to_string().into();
            eprintln!(
                "{}",
                lang.pick(
                    "已生成本单位 age 私钥，请立即移至离线介质，服务器不应保存它",
                    "an age identity was made; move it to an offline medium now, the server must not keep it",
                )
            );
        }
        if bureau.url().starts_with("http://") {
            eprintln!(
                "{}",
                lang.pick(
                    "未启用 TLS：只有本机程序可以连接；供手机使用请加 --tls",
                    "no TLS: only programs on this machine may connect; phones need --tls",
                )
            );
        }
        print_line(&ready.to_string());
        ended().await;
        bureau.stop().await;
        Ok(())
    })
}

/// The code alone goes where scripts read it.
fn enrol(data: PathBuf, lang: Lang) -> Result<(), String> {
    let made = admin::make_enrol_code(&BureauConfig::new(data)).map_err(text)?;
    print_line(&made.code);
    if let Some(invitation) = made.invitation {
        eprintln!("{} {invitation}", lang.pick("邀请（二维码内容）:", "the invitation, for a QR code:"));
    }
    Ok(())
}

/// Waits for an interrupt or a request to terminate.
pub async fn ended() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

fn authority(arguments: &TsaArgs) -> Result<Option<Tsa>, String> {
    let Some(url) = &arguments.tsa else { return Ok(None) };
    let ca = arguments.tsa_ca.as_deref().map(read).transpose()?;
    let mut tsa = Tsa::new(url, ca.as_deref()).map_err(text)?;
    tsa.every = Duration::from_secs(arguments.stamp_every * 60);
    Ok(Some(tsa))
}

fn stamp(data: &Path, arguments: &TsaArgs, lang: Lang) -> Result<(), String> {
    let tsa = authority(arguments)?.ok_or_else(|| "--tsa".to_owned())?;
    let runtime = tokio::runtime::Runtime::new().map_err(text)?;
    let (size, time_ms) = runtime.block_on(admin::stamp(data, &tsa)).map_err(text)?;
    let time = chrono::DateTime::from_timestamp_millis(time_ms).map(|at| at.to_rfc3339()).unwrap_or_default();
    print_line(&format!("{} {size} {time}", lang.pick("已加盖时间戳，叶数", "stamped, leaves:")));
    Ok(())
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Also the devices that continue this one.
fn revoke(data: &Path, device: DeviceId, lang: Lang) -> Result<(), String> {
    for struck_off in admin::revoke_device(data, device).map_err(text)? {
        let said = if struck_off == device {
            lang.pick("已注销设备", "struck off:")
        } else {
            lang.pick("已注销其接续设备", "struck off, because it continues that one:")
        };
        eprintln!("{said} {struck_off}");
    }
    Ok(())
}

fn import_officers(data: &Path, file: &Path, lang: Lang) -> Result<(), String> {
    let json = read(file)?;
    let epoch = admin::import_officers(data, &json).map_err(text)?;
    eprintln!("{} {epoch}", lang.pick("名册已签发，第", "roster signed, epoch"));
    Ok(())
}

fn add_account(data: &Path, name: &str, role: AccountRole, lang: Lang) -> Result<(), String> {
    let role = match role {
        AccountRole::Custodian => Role::Custodian,
        AccountRole::SectionHead => Role::SectionHead,
        AccountRole::GeneralSection => Role::GeneralSection,
    };
    let password = admin::add_account(data, name, role).map_err(text)?;
    print_line(&password);
    eprintln!("{}", lang.pick("首次登录时须修改此密码", "to be changed at the first sign-in"));
    Ok(())
}
