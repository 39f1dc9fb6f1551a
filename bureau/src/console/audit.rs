//! Who looked at something, as a table.

use super::{page::table, words};
use crate::{account::Role, store::AuditRow};
use maud::{Markup, html};

/// Audit entries.
pub fn entries(rows: &[AuditRow]) -> Markup {
    table(
        &["时间", "账号", "角色", "地址", "操作"],
        &html! { @for row in rows { tr {
            td.num { (words::at(row.at_ms)) }
            td { (row.name) }
            td { (row.role.parse::<Role>().map_or("", Role::zh)) }
            td.num { (row.source) }
            td { (words::audit_action(&row.action)) }
        } } },
    )
}
