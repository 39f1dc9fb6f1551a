//! Officers and their certificates, effective-dated (article 7: only 在编 staff who passed the examination and
//! hold an enforcement certificate may record; two of them, 行政处罚法 art. 42).

use serde::{Deserialize, Serialize};

/// An enforcement certificate (执法证件).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Certificate number (执法证号).
    pub cert_no: String,
    /// First instant of validity, Unix milliseconds.
    pub valid_from_ms: i64,
    /// First instant after validity, Unix milliseconds.
    pub valid_to_ms: i64,
    /// When it was suspended, Unix milliseconds, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_from_ms: Option<i64>,
}

/// One officer as the bureau knows them (执法人员).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// The bureau's id for the person; never a shared account.
    pub id: String,
    /// Name as on the certificate.
    pub name: String,
    /// Owning section (科室).
    pub unit: String,
    /// Title (职务).
    pub title: String,
    /// In-post status (正式在编).
    pub in_post: bool,
    /// Passed the qualification examination (资格考试).
    pub exam_passed: bool,
    /// Certificates held over time.
    pub certificates: Vec<Certificate>,
}

/// Why an officer may not be an officer of record at some instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotQualified {
    /// Not 正式在编.
    #[error("not in post")]
    NotInPost,
    /// Did not pass the examination.
    #[error("examination not passed")]
    ExamNotPassed,
    /// Holds no certificate at all.
    #[error("no certificate")]
    NoCertificate,
    /// The certificates were all expired or not yet valid.
    #[error("certificate not valid at that time")]
    CertificateNotValid,
    /// The certificate was suspended.
    #[error("certificate suspended")]
    CertificateSuspended,
}

impl Officer {
    /// The certificate with which this officer may record at `at_ms` (Unix milliseconds).
    ///
    /// # Errors
    /// [`NotQualified`], the first reason found (article 7).
    pub fn qualified_at(&self, at_ms: i64) -> Result<&Certificate, NotQualified> {
        if !self.in_post {
            return Err(NotQualified::NotInPost);
        }
        if !self.exam_passed {
            return Err(NotQualified::ExamNotPassed);
        }
        if self.certificates.is_empty() {
            return Err(NotQualified::NoCertificate);
        }
        let valid = self.certificates.iter().filter(|c| c.valid_from_ms <= at_ms && at_ms < c.valid_to_ms);
        let mut reason = NotQualified::CertificateNotValid;
        for certificate in valid {
            if certificate.suspended_from_ms.is_none_or(|from_ms| at_ms < from_ms) {
                return Ok(certificate);
            }
            reason = NotQualified::CertificateSuspended;
        }
        Err(reason)
    }
}
