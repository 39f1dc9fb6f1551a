//! Which language to speak.

/// Chinese first, English second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    /// From `LC_ALL`, `LC_MESSAGES`, `LANG`, in this order; Chinese when none of them names a language.
    pub fn of_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        Self::of_locale(set.as_deref().unwrap_or(""))
    }

    /// From one locale name.
    pub fn of_locale(locale: &str) -> Self {
        if locale.starts_with("en") { Self::En } else { Self::Zh }
    }

    /// One of two sentences.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
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
