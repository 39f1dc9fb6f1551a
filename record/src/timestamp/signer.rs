//! The signature of a token (RFC 5652 §5.4, RFC 5035) and the certificate of whoever made it (RFC 3161 §2.3).

use super::reply::{Parts, Signed, TST_INFO, sole};
use super::{TimestampError, TimestampToken};
use der::Tag;
use pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime, pem::PemObject};
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring as algorithms};

/// 1.3.6.1.5.5.7.3.8, id-kp-timeStamping.
const MAY_STAMP: KeyUsage = KeyUsage::required(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08]);
/// 1.2.840.113549.1.9.3
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
/// 1.2.840.113549.1.9.4
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// 1.2.840.113549.1.9.16.2.12, over SHA-1.
const SIGNING_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c];
/// 1.2.840.113549.1.9.16.2.47
const SIGNING_CERTIFICATE_V2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
/// 2.16.840.1.101.3.4.2: the SHA-2 family; one more byte tells which.
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

const ALGORITHMS: [&dyn SignatureVerificationAlgorithm; 7] = [
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA512,
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
];

/// The authorities whose word about time is believed.
#[derive(Debug, Clone)]
pub struct TimestampAuthorities(Vec<CertificateDer<'static>>);

impl TimestampAuthorities {
    /// Reads certificates in PEM: roots, or whatever authority is trusted directly.
    ///
    /// # Errors
    /// [`TimestampError::NoAuthority`] when one does not read, or there is none.
    pub fn from_pem(pem: &str) -> Result<Self, TimestampError> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let certificates = read.map_err(|_| TimestampError::NoAuthority)?;
        let usable = certificates.iter().all(|certificate| anchor_from_trusted_cert(certificate).is_ok());
        if certificates.is_empty() || !usable {
            Err(TimestampError::NoAuthority)
        } else {
            Ok(Self(certificates))
        }
    }

    fn anchors(&self) -> Vec<TrustAnchor<'_>> {
        self.0.iter().filter_map(|certificate| anchor_from_trusted_cert(certificate).ok()).collect()
    }
}

/// What the signed attributes say.
#[derive(Default)]
struct Attributes<'a> {
    content_type: Option<&'a [u8]>,
    message_digest: Option<&'a [u8]>,
    /// Digest of the signer's certificate, and by which algorithm.
    certificate: Option<(&'static Algorithm, &'a [u8])>,
}

pub(super) fn verify(
    token: &TimestampToken,
    authorities: &TimestampAuthorities,
) -> Result<(), TimestampError> {
    let Signed { content, certificates, digest: oid, attributes, signature } = &token.signed;
    let said = read_attributes(attributes)?;
    let algorithm = sha2(oid).ok_or(TimestampError::Signature("digest algorithm"))?;
    if said.content_type != Some(TST_INFO) {
        return Err(TimestampError::Signature("content type"));
    }
    if said.message_digest != Some(digest(algorithm, content).as_ref()) {
        return Err(TimestampError::Signature("digest of the content"));
    }
    // RFC 3161 §2.4.2: the certificate is identified by a signed attribute, so that no other can be put in its place.
    let (by, wanted) = said.certificate.ok_or(TimestampError::Signature("no certificate is named"))?;
    let signer = certificates.iter().find(|certificate| digest(by, certificate).as_ref() == wanted);
    let signer =
        CertificateDer::from(signer.ok_or(TimestampError::Signature("no such certificate"))?.as_slice());
    let untrusted = |error: webpki::Error| TimestampError::Untrusted(error.to_string());
    let entity = EndEntityCert::try_from(&signer).map_err(untrusted)?;
    let holds = ALGORITHMS.iter().any(|by| entity.verify_signature(*by, attributes, signature).is_ok());
    if !holds {
        return Err(TimestampError::Signature("signature"));
    }
    let others: Vec<CertificateDer<'_>> =
        certificates.iter().map(|certificate| CertificateDer::from(certificate.as_slice())).collect();
    let millis = u64::try_from(token.time_ms).map_err(|_| TimestampError::Malformed("time"))?;
    let at = UnixTime::since_unix_epoch(Duration::from_millis(millis));
    let anchors = authorities.anchors();
    entity
        .verify_for_usage(&ALGORITHMS, &anchors, &others, at, MAY_STAMP, None, None)
        .map(drop)
        .map_err(untrusted)
}

fn read_attributes(set: &[u8]) -> Result<Attributes<'_>, TimestampError> {
    const WHAT: &str = "signed attributes";
    let mut all = Parts::of(sole(set, Tag::Set, WHAT)?, WHAT)?;
    let mut read = Attributes::default();
    while !all.is_empty() {
        let mut attribute = all.inside(Tag::Sequence)?;
        let kind = attribute.value(Tag::ObjectIdentifier)?;
        let value = attribute.value(Tag::Set)?;
        attribute.end()?;
        let twice = match kind {
            CONTENT_TYPE => read.content_type.replace(sole(value, Tag::ObjectIdentifier, WHAT)?).is_some(),
            MESSAGE_DIGEST => read.message_digest.replace(sole(value, Tag::OctetString, WHAT)?).is_some(),
            SIGNING_CERTIFICATE_V2 => read.certificate.replace(signing_certificate(value, true)?).is_some(),
            // A token that names its certificate in both ways is judged by the stronger.
            SIGNING_CERTIFICATE if read.certificate.is_none() => {
                read.certificate = Some(signing_certificate(value, false)?);
                false
            }
            _ => false,
        };
        if twice && kind != SIGNING_CERTIFICATE_V2 {
            return Err(TimestampError::Malformed(WHAT));
        }
    }
    Ok(read)
}

/// The first certificate of SigningCertificate or SigningCertificateV2: the signer's own (RFC 5035 §3).
fn signing_certificate(set: &[u8], v2: bool) -> Result<(&'static Algorithm, &[u8]), TimestampError> {
    const WHAT: &str = "signing certificate";
    let mut signing = Parts::of(sole(set, Tag::Sequence, WHAT)?, WHAT)?;
    let mut first = signing.inside(Tag::Sequence)?.inside(Tag::Sequence)?;
    let by = match first.optional(Tag::Sequence)? {
        Some(algorithm) if v2 => {
            let oid = Parts::of(algorithm, WHAT)?.value(Tag::ObjectIdentifier)?;
            sha2(oid).ok_or(TimestampError::Signature("digest of the certificate"))?
        }
        None if v2 => &SHA256,
        None => &SHA1_FOR_LEGACY_USE_ONLY,
        Some(_) => return Err(TimestampError::Malformed(WHAT)),
    };
    Ok((by, first.value(Tag::OctetString)?))
}

fn sha2(oid: &[u8]) -> Option<&'static Algorithm> {
    match oid.strip_prefix(SHA2)? {
        [1] => Some(&SHA256),
        [2] => Some(&SHA384),
        [3] => Some(&SHA512),
        _ => None,
    }
}
