//! The circuit breaker: when so many deliveries in a row were given up that the receiver must be down.

/// Deliveries given up in a row that open the circuit.
pub const GIVEN_UP_IN_A_ROW: u32 = 5;

/// Counts deliveries given up in a row.
#[derive(Debug, Clone, Copy, Default)]
pub struct Breaker {
    in_a_row: u32,
}

impl Breaker {
    /// Notes a delivery given up on transport errors or 5xx; true where that opens the circuit.
    pub fn given_up(&mut self) -> bool {
        self.in_a_row += 1;
        self.in_a_row >= GIVEN_UP_IN_A_ROW
    }

    /// Notes a delivery that the receiver took, or refused for its data: it is there.
    pub fn answered(&mut self) {
        self.in_a_row = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_at_the_fifth_in_a_row_and_not_before() {
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            assert!(!breaker.given_up());
        }
        breaker.answered();
        for _ in 0..4 {
            assert!(!breaker.given_up());
        }
        assert!(breaker.given_up());
    }
}
