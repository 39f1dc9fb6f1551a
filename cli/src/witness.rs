//! `liuhen witness`: what a second office runs to watch a bureau's log.

use crate::{bureau::ended, lang::Lang, log_args::WitnessArgs, output::print_line};
use liuhen_bureau::witness::{Witness, WitnessConfig};
use serde_json::json;
use std::{fmt::Display, process::ExitCode};

/// Runs it until an interrupt.
pub fn run(arguments: WitnessArgs, lang: Lang) -> ExitCode {
    match serve(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{}: {reason}", lang.pick("未能完成", "not done"));
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: WitnessArgs) -> Result<(), String> {
    let text = |error: &dyn Display| error.to_string();
    let mut config = WitnessConfig::new(arguments.state, arguments.origins);
    config.listen = arguments.listen;
    config.name = arguments.name;
    config.behind_tls_proxy = arguments.behind_tls_proxy;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| text(&error))?;
    runtime.block_on(async {
        let witness = Witness::start(config).await.map_err(|error| text(&error))?;
        let (url, vkey) = (witness.url(), witness.key().to_string());
        // What the bureau is started with: `--witness <this>`.
        let flag = format!("{url}={vkey}");
        print_line(&json!({ "ready": true, "url": url, "vkey": vkey, "witness": flag }).to_string());
        ended().await;
        witness.stop().await;
        Ok(())
    })
}
