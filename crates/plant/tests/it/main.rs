//! A plant as its box would meet it: mappings that cover all it says, databases that hold what it counted.

mod mapping;
mod systems;
