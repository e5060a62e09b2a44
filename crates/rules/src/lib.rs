//! Judgements on readings: limits, SPC, the stage stability model.
