//! Three plants, three boxes and a center on one machine, as processes.
