//! What the caller of a failed operation does next.

/// Every error of the house answers this with its `verdict()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The world hiccuped: the same call may succeed later.
    Retry,
    /// This datum is bad: keep it as evidence and go on with the next.
    Reject,
    /// We can no longer trust ourselves: stop and tell.
    Stop,
}
