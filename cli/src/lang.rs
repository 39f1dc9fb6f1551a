//! Which language to speak.

pub use liuhen_core::say::Lang;

/// From `LC_ALL`, `LC_MESSAGES`, `LANG`, in this order; Chinese when none of them names a language.
pub fn of_environment() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    Lang::of_locale(set.as_deref().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn speaks_english_only_where_the_locale_asks_for_it() {
        assert_eq!(Lang::of_locale("en_GB.UTF-8"), Lang::En);
        assert_eq!(Lang::of_locale("zh_CN.UTF-8"), Lang::Zh);
        assert_eq!(Lang::of_locale(""), Lang::Zh);
        assert_eq!(Lang::of_locale("C.UTF-8"), Lang::Zh);
    }
}
