//! Why a source does not deliver: where it stopped, what it said, what that usually means and what to do about it.

use std::fmt;
use std::time::Duration;

use record::Verdict;

/// How far a connection or a request had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading our own configuration, mapping or secret files.
    Config,
    /// Name, route, TCP connection, opening the file.
    Connect,
    /// TLS or OPC UA secure channel, certificate of the server.
    Trust,
    /// Login, session.
    Auth,
    /// Rights: may we read, and only read.
    Rights,
    /// Resolving addresses of the mapping, subscribing.
    Resolve,
    /// Comparing clocks.
    Clock,
    /// Reading values.
    Read,
    /// Acknowledging.
    Ack,
}

/// Language of a text for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Simplified Chinese.
    ZhCn,
}

/// Wait after a refused login or certificate: plants lock accounts after a few failures.
pub const REFUSED_WAIT: Duration = Duration::from_secs(300);

/// What kind of failure it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Network, server restart, timeout.
    Transient,
    /// The server asks us to come back later.
    Busy {
        /// How much later.
        retry_after: Duration,
    },
    /// The server refused our user or password.
    Auth,
    /// One side does not trust the other's certificate.
    Trust {
        /// SHA-1 thumbprint of the certificate in question, as OPC UA tools show it.
        thumbprint: Option<Box<str>>,
    },
    /// Our configuration or mapping names something that is not there or not readable.
    Config,
    /// The server answered what the protocol does not allow, or the cursor cannot be read.
    Protocol,
    /// The source does not offer this.
    Unsupported,
}

/// A failure of a source, with everything a person needs to end it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{stage}: {detail}; {}", self.remedy(Lang::En))]
pub struct SrcErr {
    /// Where it stopped.
    pub stage: Stage,
    /// What kind of failure.
    pub fault: Fault,
    /// What was being done, with which value, and what the other side said.
    pub detail: Box<str>,
}

impl SrcErr {
    /// A failure at a stage.
    pub fn new(stage: Stage, fault: Fault, detail: impl Into<Box<str>>) -> Self {
        Self { stage, fault, detail: detail.into() }
    }

    pub(crate) fn cursor(detail: impl fmt::Display) -> Self {
        Self::new(Stage::Resolve, Fault::Protocol, format!("cursor: {detail}"))
    }

    /// `Retry`: drop the connector, wait ([`crate::supervise::Backoff`]), open again. `Stop`: a person has to change something.
    pub fn verdict(&self) -> Verdict {
        match self.fault {
            Fault::Transient | Fault::Busy { .. } | Fault::Auth | Fault::Trust { .. } | Fault::Protocol => {
                Verdict::Retry
            }
            Fault::Config | Fault::Unsupported => Verdict::Stop,
        }
    }

    /// The wait the fault itself demands before the next try; `None` for the ordinary backoff.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.fault {
            Fault::Busy { retry_after } => Some(retry_after),
            Fault::Auth | Fault::Trust { .. } => Some(REFUSED_WAIT),
            Fault::Transient | Fault::Config | Fault::Protocol | Fault::Unsupported => None,
        }
    }

    /// The most likely cause, for people.
    pub fn likely_cause(&self, lang: Lang) -> &'static str {
        let (en, zh) = match self.fault {
            Fault::Transient => ("the network or the server was interrupted", "网络或服务器中断"),
            Fault::Busy { .. } => ("the server is overloaded", "服务器繁忙"),
            Fault::Auth => ("user or password is wrong, expired or locked", "用户名或密码错误、过期或被锁定"),
            Fault::Trust { .. } => ("a certificate is not on the other side's trust list", "证书不在对方的信任列表中"),
            Fault::Config => ("a name in the configuration or mapping is wrong", "配置或映射中的名称有误"),
            Fault::Protocol => ("the server does not follow the protocol", "服务器不符合协议"),
            Fault::Unsupported => ("the source does not offer this service", "该数据源不提供此服务"),
        };
        match lang {
            Lang::En => en,
            Lang::ZhCn => zh,
        }
    }

    /// What to do about it, for people.
    pub fn remedy(&self, lang: Lang) -> String {
        match (&self.fault, lang) {
            (Fault::Transient, Lang::En) => "nothing to do: it is tried again by itself".into(),
            (Fault::Transient, Lang::ZhCn) => "无需处理：系统会自动重试".into(),
            (Fault::Busy { retry_after }, Lang::En) => format!("tried again in {} s", retry_after.as_secs()),
            (Fault::Busy { retry_after }, Lang::ZhCn) => format!("{} 秒后自动重试", retry_after.as_secs()),
            (Fault::Auth, Lang::En) => {
                format!("check user and password file; tried again every {} s", REFUSED_WAIT.as_secs())
            }
            (Fault::Auth, Lang::ZhCn) => format!("请检查用户名和密码文件；每 {} 秒重试一次", REFUSED_WAIT.as_secs()),
            (Fault::Trust { thumbprint: Some(thumbprint) }, Lang::En) => {
                format!(
                    "if this is the right certificate, have thumbprint {thumbprint} trusted on the side that refused it"
                )
            }
            (Fault::Trust { thumbprint: Some(thumbprint) }, Lang::ZhCn) => {
                format!("若证书无误，请在拒绝方信任指纹 {thumbprint}")
            }
            (Fault::Trust { thumbprint: None }, Lang::En) => {
                "exchange certificates with the source's administrator".into()
            }
            (Fault::Trust { thumbprint: None }, Lang::ZhCn) => "请与数据源管理员交换证书".into(),
            (Fault::Config, Lang::En) => "correct the named entry and apply the configuration again".into(),
            (Fault::Config, Lang::ZhCn) => "请更正所指条目后重新应用配置".into(),
            (Fault::Protocol, Lang::En) => "report it with the server's make and version".into(),
            (Fault::Protocol, Lang::ZhCn) => "请连同服务器型号和版本一并报告".into(),
            (Fault::Unsupported, Lang::En) => "use another source for this".into(),
            (Fault::Unsupported, Lang::ZhCn) => "请改用其他数据源".into(),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Config => "config",
            Self::Connect => "connect",
            Self::Trust => "trust",
            Self::Auth => "auth",
            Self::Rights => "rights",
            Self::Resolve => "resolve",
            Self::Clock => "clock",
            Self::Read => "read",
            Self::Ack => "ack",
        })
    }
}
