//! Simulated plants that speak real protocols, with planted faults.
