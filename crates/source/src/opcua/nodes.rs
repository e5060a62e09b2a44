//! Which nodes to subscribe to, and what each is good for: values, context of values, counters.

use std::collections::BTreeMap;

use opcua::types::{Identifier, NodeId};

use crate::fnv::Fnv;
use crate::mapping::{ContextRef, Deadband, EMITTED, ORIGINAL_TIME, Plan, StreamId};
use crate::{Fault, SrcErr, Stage};

/// The plan by node.
#[derive(Clone, Debug)]
pub(super) struct Nodes {
    /// Every node once, context first; the client handle is the index plus one.
    pub(super) nodes: Vec<Node>,
    /// By stream id.
    pub(super) streams: Vec<Stream>,
    /// Distinct context rules; streams of one machine share one.
    pub(super) rules: Vec<Rule>,
    /// Tells whether a subscription made earlier has these nodes in this order.
    pub(super) fingerprint: u64,
    /// How many counters there are.
    pub(super) counters: usize,
}

/// A node to subscribe to.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) address: Box<str>,
    pub(super) stream: Option<StreamId>,
    pub(super) counter: Option<usize>,
    /// Its values are kept for the items of other nodes.
    pub(super) context: bool,
    pub(super) deadband: Option<Deadband>,
}

/// What belongs to the values of a stream.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) address: Box<str>,
    pub(super) rule: usize,
    pub(super) counter: Option<usize>,
}

/// Where the context of a value is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) names: Vec<(Box<str>, Place)>,
    pub(super) original: Option<Place>,
}

/// A constant, or a node by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Const(Box<str>),
    Node(usize),
}

impl Nodes {
    pub(super) fn compile(plan: &Plan) -> Self {
        let mut made = Self { nodes: Vec::new(), streams: Vec::new(), rules: Vec::new(), fingerprint: 0, counters: 0 };
        let mut index = BTreeMap::new();
        for (_, spec) in plan.streams() {
            let mut rule = Rule { names: Vec::new(), original: None };
            let mut counter = None;
            for (name, reference) in &spec.context {
                let place = match reference {
                    ContextRef::Const(text) => Place::Const(text.clone()),
                    ContextRef::Address(address) => Place::Node(made.node(&mut index, address)),
                };
                match (&**name, place) {
                    (EMITTED, Place::Node(node)) => counter = Some(made.counter(node)),
                    (EMITTED, Place::Const(_)) => {}
                    (ORIGINAL_TIME, place) => rule.original = Some(made.context(place)),
                    (_, place) => rule.names.push((name.clone(), made.context(place))),
                }
            }
            let rule = made.rules.iter().position(|known| *known == rule).unwrap_or_else(|| {
                made.rules.push(rule);
                made.rules.len() - 1
            });
            made.streams.push(Stream { address: spec.address.clone(), rule, counter });
        }
        for (id, spec) in plan.streams() {
            let node = made.node(&mut index, &spec.address);
            made.nodes[node].stream = Some(id);
            made.nodes[node].deadband = spec.deadband;
        }
        let mut fingerprint = Fnv::default();
        made.nodes.iter().for_each(|node| fingerprint.field(node.address.as_bytes()));
        made.fingerprint = fingerprint.finish();
        made
    }

    fn node(&mut self, index: &mut BTreeMap<Box<str>, usize>, address: &str) -> usize {
        *index.entry(address.into()).or_insert_with(|| {
            let address = address.into();
            self.nodes.push(Node { address, stream: None, counter: None, context: false, deadband: None });
            self.nodes.len() - 1
        })
    }

    fn counter(&mut self, node: usize) -> usize {
        *self.nodes[node].counter.get_or_insert_with(|| {
            self.counters += 1;
            self.counters - 1
        })
    }

    fn context(&mut self, place: Place) -> Place {
        if let Place::Node(node) = &place {
            self.nodes[*node].context = true;
        }
        place
    }
}

/// Reads an address: `ns=2;s=Press1.Force`, `nsu=urn:plant;s=Press1.Force`, `i=2258`. `namespaces` is the server's array.
pub(super) fn node_id(address: &str, namespaces: &[String]) -> Result<NodeId, SrcErr> {
    let wrong = |why: String| SrcErr::new(Stage::Resolve, Fault::Config, format!("address `{address}`: {why}"));
    let Some(rest) = address.strip_prefix("nsu=") else {
        return address
            .parse()
            .map_err(|status| wrong(format!("is not a NodeId ({status}); write `nsu=URI;s=name` or `ns=2;s=name`")));
    };
    // A URI may hold semicolons; the identifier begins at the first `;` before one of the four kinds.
    let at = ["s=", "i=", "g=", "b="].iter().filter_map(|kind| rest.find(&format!(";{kind}"))).min();
    let Some((uri, id)) = at.map(|at| (&rest[..at], &rest[at + 1..])) else {
        return Err(wrong("has no identifier after the URI; write `nsu=URI;s=name`".into()));
    };
    let namespace = namespaces.iter().position(|known| known == uri).and_then(|at| u16::try_from(at).ok());
    let namespace = namespace
        .ok_or_else(|| wrong(format!("the server has no namespace `{uri}`; it has {}", namespaces.join(", "))))?;
    let identifier: Identifier = id.parse().map_err(|()| wrong(format!("`{id}` is not an identifier")))?;
    Ok(NodeId { namespace, identifier })
}
