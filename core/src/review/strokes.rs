//! Handwriting from a file (`liuhen patrol sign --strokes FILE`, `spec/session.md` §7.4):
//! `{"width": 6000, "height": 3000, "strokes": [[[x, y, t, p], …], …]}`.

use liuhen_record::kind::{MAX_POINTS, SignatureBlock, SignerRole, Stroke};
use serde::{Deserialize, Serialize};

/// The longest strokes file, bytes.
pub const MAX_STROKES_BYTES: usize = 1 << 20;

/// Handwriting without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strokes {
    /// Width of the signing area, 1/100 mm.
    pub width: i64,
    /// Height of the signing area, 1/100 mm.
    pub height: i64,
    /// Strokes of points `[x, y, t_ms, pressure]`, as in [`SignatureBlock`].
    pub strokes: Vec<Stroke>,
}

/// Why a file is no handwriting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrokesError {
    /// Longer than [`MAX_STROKES_BYTES`].
    #[error("strokes file of {found} bytes; at most {MAX_STROKES_BYTES} are accepted")]
    TooLong {
        /// Its length, bytes.
        found: usize,
    },
    /// Not JSON of that shape.
    #[error("strokes file cannot be read at line {line}, column {column}")]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A stroke without points.
    #[error("stroke {stroke} has no points")]
    Empty {
        /// The stroke, from 1.
        stroke: usize,
    },
    /// A point outside the signing area, or pressure outside 0 to 1000.
    #[error("stroke {stroke}, point {point}: outside the signing area")]
    Outside {
        /// The stroke, from 1.
        stroke: usize,
        /// The point, from 1.
        point: usize,
    },
    /// A point earlier than the one before.
    #[error("stroke {stroke}, point {point}: earlier than the point before")]
    Order {
        /// The stroke, from 1.
        stroke: usize,
        /// The point, from 1.
        point: usize,
    },
    /// Another rule of handwriting.
    #[error("{rule}")]
    Rule {
        /// The rule broken.
        rule: &'static str,
    },
}

impl StrokesError {
    /// The sentence for an officer.
    pub fn zh(&self) -> String {
        match self {
            Self::TooLong { .. } => "签字笔迹文件太大".to_owned(),
            Self::Shape { line, column } => format!("签字笔迹文件第{line}行第{column}列读不懂"),
            Self::Empty { stroke } => format!("第{stroke}笔没有内容"),
            Self::Outside { stroke, point } => format!("第{stroke}笔第{point}点超出签字区域"),
            Self::Order { stroke, point } => format!("第{stroke}笔第{point}点的时间早于前一点"),
            Self::Rule { .. } => "笔迹太少或太多，不能作为签字".to_owned(),
        }
    }

    /// The same in English.
    pub fn en(&self) -> String {
        self.to_string()
    }
}

impl Strokes {
    /// Reads a strokes file.
    ///
    /// # Errors
    /// [`StrokesError`], naming the place.
    pub fn parse(bytes: &[u8]) -> Result<Self, StrokesError> {
        if bytes.len() > MAX_STROKES_BYTES {
            return Err(StrokesError::TooLong { found: bytes.len() });
        }
        let strokes: Self = serde_json::from_slice(bytes)
            .map_err(|error| StrokesError::Shape { line: error.line(), column: error.column() })?;
        strokes.check()?;
        Ok(strokes)
    }

    fn check(&self) -> Result<(), StrokesError> {
        self.check_points()?;
        let block = self.clone().signed(SignerRole::Party, "", 0);
        block.check().map_err(|rule| StrokesError::Rule { rule })
    }

    /// Whether every point lies inside the signing area and in time; how much is written is not asked.
    ///
    /// # Errors
    /// [`StrokesError`], naming the place.
    pub fn check_points(&self) -> Result<(), StrokesError> {
        let mut latest_ms = 0;
        for (stroke, points) in (1..).zip(&self.strokes) {
            if points.0.is_empty() {
                return Err(StrokesError::Empty { stroke });
            }
            for (point, [x, y, t_ms, pressure]) in (1..).zip(&points.0) {
                let inside = (0..=self.width).contains(x) && (0..=self.height).contains(y);
                if !inside || !(0..=1_000).contains(pressure) {
                    return Err(StrokesError::Outside { stroke, point });
                }
                if *t_ms < latest_ms {
                    return Err(StrokesError::Order { stroke, point });
                }
                latest_ms = *t_ms;
            }
        }
        let points: usize = self.strokes.iter().map(|stroke| stroke.0.len()).sum();
        if points > MAX_POINTS {
            return Err(StrokesError::Rule { rule: "a signature has at most 20000 points" });
        }
        Ok(())
    }

    /// The signature of somebody, ended at `signed_at_ms` (on the session's line of time, Unix milliseconds).
    pub fn signed(self, role: SignerRole, name: &str, signed_at_ms: i64) -> SignatureBlock {
        let Self { width, height, strokes } = self;
        SignatureBlock { role, name: name.trim().to_owned(), width, height, strokes, signed_at_ms }
    }
}
