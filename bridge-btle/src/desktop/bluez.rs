//! Pairing on Linux: BlueZ pairs only when a program has registered an agent, which btleplug does not do.

use super::Confirm;
use crate::{BondState, LinkError};
use bluer::{
    Address, ErrorKind, Session,
    agent::{Agent, AgentHandle, ReqError},
};
use btleplug::api::BDAddr;

/// An agent that lives as long as the link.
pub struct Pairing {
    session: Session,
    adapter: String,
    _agent: AgentHandle,
}

impl Pairing {
    /// Registers the agent, for peers of the adapter of this name.
    pub async fn open(adapter: &str, confirm: Confirm) -> Result<Self, LinkError> {
        let session = Session::new().await.map_err(|_| LinkError::Platform)?;
        let silent = confirm.clone();
        let agent = Agent {
            request_default: true,
            request_confirmation: Some(Box::new(move |asked| {
                let yes = confirm(Some(asked.passkey));
                Box::pin(async move { if yes { Ok(()) } else { Err(ReqError::Rejected) } })
            })),
            request_authorization: Some(Box::new(move |_| {
                let yes = silent(None);
                Box::pin(async move { if yes { Ok(()) } else { Err(ReqError::Rejected) } })
            })),
            ..Agent::default()
        };
        let handle = session.register_agent(agent).await.map_err(|_| LinkError::Platform)?;
        Ok(Self { session, adapter: adapter.to_owned(), _agent: handle })
    }

    fn device(&self, address: BDAddr) -> Result<bluer::Device, LinkError> {
        let adapter = self.session.adapter(&self.adapter).map_err(|_| LinkError::AdapterOff)?;
        adapter.device(Address::new(address.into_inner())).map_err(|_| LinkError::NotConnected)
    }

    /// Whether BlueZ keeps keys. A peer that has forgotten them is found out by the first protected read.
    pub async fn state(&self, address: BDAddr) -> Result<BondState, LinkError> {
        let paired = self.device(address)?.is_paired().await.map_err(|_| LinkError::NotConnected)?;
        Ok(if paired { BondState::Bonded } else { BondState::None })
    }

    /// Pairs.
    pub async fn pair(&self, address: BDAddr) -> Result<(), LinkError> {
        match self.device(address)?.pair().await {
            Ok(()) => Ok(()),
            Err(error) if error.kind == ErrorKind::AlreadyExists => Ok(()),
            Err(_) => Err(LinkError::NotPaired),
        }
    }
}
