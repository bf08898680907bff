//! A share of the partitions, as people write it: `0-7,9`.

use std::fmt;
use std::str::FromStr;

use crate::lang::Said;
use crate::queue::layout::PARTITIONS;
use crate::said;

/// Partitions that a worker takes from; never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partitions(Vec<u8>);

impl Default for Partitions {
    fn default() -> Self {
        Self((0..PARTITIONS).collect())
    }
}

impl Partitions {
    /// The partitions, in their order, each once.
    pub fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        self.0.iter().copied()
    }
}

impl FromStr for Partitions {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let last = PARTITIONS - 1;
        let fail = || {
            said!(
                en: "{text:?} is no share of the partitions 0 to {last}, such as 0-7,9",
                es: "{text:?} no es una parte de las particiones 0 a {last}, como 0-7,9"
            )
        };
        let number = |text: &str| {
            text.trim().parse::<u8>().ok().filter(|number| *number < PARTITIONS).ok_or_else(fail)
        };
        let mut partitions = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (number(first)?, number(last)?);
            if first > last {
                return Err(fail());
            }
            partitions.extend(first..=last);
        }
        partitions.sort_unstable();
        partitions.dedup();
        Ok(Self(partitions))
    }
}

impl fmt::Display for Partitions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&numbers.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_numbers_are_a_share() {
        let share = |text: &str| text.parse::<Partitions>().map(|share| share.to_string());
        assert_eq!(share("0-3, 9,2").as_deref(), Ok("0,1,2,3,9"));
        assert_eq!(share("15").as_deref(), Ok("15"));
        assert_eq!(share("0-15"), Ok(Partitions::default().to_string()));
        for text in ["", "16", "3-1", "a", "1-", "-1", "1,,2", "0-16"] {
            assert!(share(text).is_err(), "{text:?}");
        }
    }
}
