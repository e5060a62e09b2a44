//! Every text a person sees, in Chinese and English, in one place.

use crate::{Damage, Report, TrustError, Verdict, Why};
use record::Zone;
use seal::{Error, KeyFlaw, NoteFlaw, Part};

/// The language of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese.
    ZhCn,
    /// English.
    En,
}

impl Lang {
    fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::ZhCn => zh,
            Self::En => en,
        }
    }

    /// `sound`, `unproven`, `damaged`.
    pub fn verdict(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Sound => self.pick("完好", "sound"),
            Verdict::Unproven => self.pick("证据不足", "unproven"),
            Verdict::Damaged => self.pick("有损坏", "damaged"),
        }
    }

    /// The first lines of a report: which log, how it stands, what was read.
    pub fn summary(self, report: &Report) -> String {
        let origin = report.origin.as_deref().unwrap_or(self.pick("（未知日志）", "(unknown log)"));
        let verdict = self.verdict(report.verdict());
        let Report { folder, sealed, witnessed, entries, opened, .. } = report;
        if let Some(rows) = report.rows {
            return self.pick(
                format!("{verdict}：{origin}\n  文件夹 {folder}\n  审计记录 {rows} 条，其中已签名 {sealed} 条\n"),
                format!("{verdict}: {origin}\n  folder {folder}\n  {rows} audit rows, {sealed} of them signed\n"),
            );
        }
        let all = entries.white + entries.grey + entries.black;
        let seen = opened.white + opened.grey + opened.black;
        match self {
            Self::ZhCn => format!(
                "{verdict}：{origin}\n  文件夹 {folder}\n  已封存 {sealed} 段，其中已见证 {witnessed} 段\n  条目 {all} 条（白区 {}，灰区 {}，黑区 {}），已解密并重算 {seen} 条\n",
                entries.white, entries.grey, entries.black
            ),
            Self::En => format!(
                "{verdict}: {origin}\n  folder {folder}\n  {sealed} segments sealed, {witnessed} of them witnessed\n  {all} entries (white {}, grey {}, black {}), {seen} decrypted and recomputed\n",
                entries.white, entries.grey, entries.black
            ),
        }
    }

    /// One damage: where, why, what to do.
    pub fn damage(self, damage: &Damage) -> String {
        let Damage { file, segment, entry, offset, why } = damage;
        let mut place = file.clone();
        if let Some(segment) = segment {
            place.push_str(&self.pick(format!("，第 {segment} 段"), format!(", segment {segment}")));
        }
        if let Some((zone, index)) = entry {
            let zone = self.zone(*zone);
            place.push_str(&self.pick(format!("，{zone}第 {index} 条"), format!(", {zone} entry {index}")));
        }
        if let Some(offset) = offset {
            place.push_str(&self.pick(format!("，字节 {offset}"), format!(", byte {offset}")));
        }
        let (colon, then) = self.pick(("：", "处理"), (": ", "what to do"));
        format!("  ✗ {place}{colon}{}\n    {then}{colon}{}\n", self.why(why), self.advice(why))
    }

    fn zone(self, zone: Zone) -> &'static str {
        match zone {
            Zone::White => self.pick("白区", "white"),
            Zone::Grey => self.pick("灰区", "grey"),
            Zone::Black => self.pick("黑区", "black"),
        }
    }

    /// Why something is not as it must be.
    pub fn why(self, why: &Why) -> String {
        match why {
            Why::Missing => self.pick("文件缺失".into(), "the file is missing".into()),
            Why::Unreadable(error) => self.pick(format!("无法读取：{error}"), format!("cannot be read: {error}")),
            Why::TooLong(len) => {
                self.pick(format!("文件过长：{len} 字节"), format!("{len} bytes are more than such a file can have"))
            }
            Why::Bytes(error) => self.pick(bytes_zh(error), error.to_string()),
            Why::NotInTree => {
                self.pick("段头与已签名的日志树不符".into(), "the header is not the one in the signed tree".into())
            }
            Why::TileDiffers => {
                self.pick("瓦片与由段头重算的哈希不符".into(), "the tile is not what the headers hash to".into())
            }
            Why::RootDiffers { signed, computed } => self.pick(
                format!("由段头重算的根为 {computed}，检查点签名的根为 {signed}"),
                format!("the headers give root {computed}, the checkpoint signs {signed}"),
            ),
            Why::CosignedRootDiffers { size } => self.pick(
                format!("段头记载的前 {size} 段的见证根与本日志不符：曾签署过两种历史"),
                format!("the header names another cosigned root at size {size}: two histories were signed"),
            ),
            Why::Truncated { cosigned, held } => self.pick(
                format!("见证方已见证 {cosigned} 段，此处只有 {held} 段：末尾的段被移除"),
                format!("a witness cosigned {cosigned} segments, here are {held}: the last ones were removed"),
            ),
            Why::Forked { size } => self.pick(
                format!("见证方在前 {size} 段见证的根与本日志不符：历史被改写"),
                format!("a witness cosigned another root at size {size}: history was rewritten"),
            ),
            Why::Misfiled { size } => {
                self.pick(format!("回执实为 {size} 段的回执"), format!("the receipt is of size {size}"))
            }
            Why::Entry(error) => {
                self.pick(format!("条目无法解码：{error}"), format!("the entry does not decode: {error}"))
            }
            Why::EntryZone(zone) => {
                let zone = self.zone(*zone);
                self.pick(format!("条目自称属于{zone}"), format!("the entry says it is {zone}"))
            }
            Why::RowAltered { row } => self.pick(
                format!("第 {row} 条审计记录与其前一条的哈希不符：该条或其前一条已被改动"),
                format!("audit row {row} does not follow from the row before it: it or that one was altered"),
            ),
            Why::RowsRemoved { from, to } => self.pick(
                format!("第 {from} 至 {to} 条审计记录缺失：已被移除"),
                format!("audit rows {from} to {to} are not there: they were removed"),
            ),
            Why::RowsRewritten { from, to } => self.pick(
                format!("第 {from} 至 {to} 条审计记录不是所签名的记录：其中有记录被改写"),
                format!("audit rows {from} to {to} are not those that were signed: some of them were rewritten"),
            ),
            Why::RowsUnsigned { from, to } => self.pick(
                format!("第 {from} 至 {to} 条审计记录尚未签名"),
                format!("audit rows {from} to {to} are not signed yet"),
            ),
            Why::UntrustedLog(origin) => {
                self.pick(format!("日志 {origin} 不在信任文件中"), format!("log {origin} is not in the trust file"))
            }
            Why::AbsentLog => self.pick(
                "信任文件中的日志不在此文件夹中".into(),
                "the log is in the trust file but not in the folder".into(),
            ),
            Why::Unwitnessed => self.pick(
                "没有任何受信见证方的副署：药匣的主人可能改写过全部历史".into(),
                "no trusted witness cosigned any head: the owner of the box could have rewritten all of it".into(),
            ),
            Why::NotAddressed => {
                self.pick("所给密钥不能打开本段任何分区".into(), "the key given opens no zone of this segment".into())
            }
        }
    }

    /// What to do about it.
    pub fn advice(self, why: &Why) -> &'static str {
        match why {
            Why::Unreadable(_) => self.pick("检查磁盘与权限后重新核验", "check disk and permissions, then verify again"),
            Why::UntrustedLog(_) => self.pick(
                "从发放方（不是从此文件夹）取得该日志的公钥并加入信任文件",
                "get the log's key from who issued it, never from this folder, and add it to the trust file",
            ),
            Why::AbsentLog => self.pick("索取该日志的文件夹", "ask for that log's folder"),
            Why::Unwitnessed => self.pick(
                "向监管中心索取最新回执，用 --receipt 核验",
                "ask the center for its newest receipt and verify with --receipt",
            ),
            Why::NotAddressed => self.pick("使用该分区收件方的密钥", "use the key of a recipient of the zone"),
            Why::RowsUnsigned { .. } => self.pick(
                "稍候再取一份；正在运行的中心数秒内即签名",
                "take another copy shortly: a running center signs within seconds",
            ),
            Why::RowAltered { .. } | Why::RowsRemoved { .. } | Why::RowsRewritten { .. } => self.pick(
                "保全此文件夹作为证据，与另一副本比对并立即上报",
                "keep the folder as evidence, compare it with another copy and report at once",
            ),
            Why::Truncated { .. } | Why::Forked { .. } | Why::CosignedRootDiffers { .. } => self.pick(
                "保全此文件夹与回执作为证据，立即上报：这不是磁盘故障",
                "keep folder and receipt as evidence and report at once: no disk fault does this",
            ),
            _ => self.pick(
                "保全此副本，与另一副本（中心证据或盒内日志）比对，哈希相符者为准",
                "keep this copy and compare it with another one (center's evidence, box's log): the one whose hashes match is right",
            ),
        }
    }

    /// Why a trust file cannot be used.
    pub fn trust(self, error: &TrustError) -> String {
        let zh = match error {
            TrustError::Form(error) => format!("信任文件格式有误：{error}"),
            TrustError::Key { name, source } => format!("信任文件中 {name} 的公钥有误：{}", bytes_zh(source)),
            TrustError::Unfit { name, wanted } => {
                let wanted = if *wanted == "log" { "日志" } else { "见证方" };
                format!("信任文件中 {name} 的公钥不是该名称的{wanted}公钥")
            }
            TrustError::NoLog => "信任文件中没有 [[log]]".to_owned(),
        };
        self.pick(zh, error.to_string())
    }

    /// A file named on the command line cannot be used.
    pub fn unusable(self, path: &str, why: &str) -> String {
        self.pick(format!("无法使用 {path}：{why}"), format!("cannot use {path}: {why}"))
    }

    /// A key file holds no key.
    pub fn bad_key(self, error: &Error) -> String {
        self.pick(bytes_zh(error), error.to_string())
    }

    /// A receipt was given together with several logs.
    pub fn receipt_of_which(self) -> &'static str {
        self.pick("回执只能与单个日志文件夹一起给出", "a receipt belongs to one log: name its folder")
    }

    /// The folder holds no log.
    pub fn no_log(self) -> &'static str {
        self.pick("文件夹中没有日志", "there is no log in the folder")
    }
}

fn zone_zh(zone: &Zone) -> &'static str {
    Lang::ZhCn.zone(*zone)
}

fn part_zh(part: &Part) -> String {
    match part {
        Part::File => "段文件".to_owned(),
        Part::Header(field) => format!("段头字段 {field}"),
        Part::Envelopes(zone) => format!("{}信封", zone_zh(zone)),
        Part::Blob(zone) => format!("{}密文", zone_zh(zone)),
        Part::Entry(zone, index) => format!("{}第 {index} 条", zone_zh(zone)),
    }
}

fn note_zh(flaw: NoteFlaw) -> &'static str {
    match flaw {
        NoteFlaw::TooLong => "超过允许的长度",
        NoteFlaw::Utf8 => "不是 UTF-8",
        NoteFlaw::Control => "含控制字符",
        NoteFlaw::NoSignatureBlock => "签名前没有空行，或末尾没有换行",
        NoteFlaw::SignatureLine => "不是签名行",
        NoteFlaw::LooseBase64 => "base64 的多余位不为零",
        NoteFlaw::TooManySignatures => "签名多于 100 个",
        NoteFlaw::CheckpointLines => "正文不是来源、大小、根三行",
        NoteFlaw::Origin => "来源无效",
        NoteFlaw::Size => "大小无效",
        NoteFlaw::Root => "根无效",
    }
}

fn key_zh(flaw: KeyFlaw) -> String {
    match flaw {
        KeyFlaw::Form => "不是 名称+编号+密钥 的形式".to_owned(),
        KeyFlaw::Name => "名称无效".to_owned(),
        KeyFlaw::Id => "编号与密钥不符".to_owned(),
        KeyFlaw::Material => "密钥不是长度正确的规范 base64".to_owned(),
        KeyFlaw::Algorithm(byte) => format!("算法 {byte:#04x} 未知或不适用"),
        KeyFlaw::Weak => "不是可用的公钥".to_owned(),
    }
}

fn bytes_zh(error: &Error) -> String {
    match error {
        Error::Length { part, offset, expected, found } => {
            format!("{}（字节 {offset}）：应有 {expected} 字节，实有 {found} 字节", part_zh(part))
        }
        Error::Value { part, offset, found } => format!("{}（字节 {offset}）：不允许的值 {found}", part_zh(part)),
        Error::Hash { part, offset, stated, computed } => {
            format!("{}（字节 {offset}）：哈希为 {computed}，段头记载 {stated}", part_zh(part))
        }
        Error::ZoneRoot { zone, count, stated, computed } => {
            format!("{}：{count} 条条目重算的根为 {computed}，段头记载 {stated}", zone_zh(zone))
        }
        Error::Decrypt { zone, index, offset } => format!("{}第 {index} 条（字节 {offset}）无法解密", zone_zh(zone)),
        Error::Nonce { zone, index, offset } => {
            format!("{}第 {index} 条（字节 {offset}）的随机数不是由其内容得出", zone_zh(zone))
        }
        Error::NotAddressed { zone, key } => format!("{}不是发给密钥 {key} 的", zone_zh(zone)),
        Error::Envelope { zone, key } => format!("{}发给密钥 {key} 的信封无法打开", zone_zh(zone)),
        Error::KeyCheck { zone } => format!("{}打开的密钥不是段头所承诺的", zone_zh(zone)),
        Error::BlackWithheld => "此副本不含黑区密文".to_owned(),
        Error::TooMuch { found, limit, .. } => format!("数量 {found} 超过上限 {limit}"),
        Error::EntryLength { at, found } => format!("第 {at} 条长度 {found} 字节，不允许"),
        Error::NoRecipients { zone } => format!("{}有条目但没有收件方", zone_zh(zone)),
        Error::Chain { seg_no, field } => format!("第 {seg_no} 段与前一段不衔接：{field}"),
        Error::ProofShape { index, size, found } => format!("{found} 个哈希的证明与位置 {index}、大小 {size} 不符"),
        Error::ProofRoot { stated, computed } => format!("证明得出的根为 {computed}，不是 {stated}"),
        Error::Tile { path, expected, found } => format!("瓦片 {path}：应有 {expected} 字节，实有 {found} 字节"),
        Error::Note { line, flaw } => format!("签名文本第 {line} 行：{}", note_zh(*flaw)),
        Error::Request { line, .. } => format!("见证请求第 {line} 行不合规定"),
        Error::Shrinks { old, size } => format!("原大小 {old} 大于检查点的 {size}"),
        Error::Signature { name } => format!("{name} 的签名不成立"),
        Error::Unsigned { name } => format!("没有 {name} 的签名"),
        Error::Origin { expected, found } => format!("检查点属于 {found}，不是 {expected}"),
        Error::Key { flaw } => format!("密钥：{}", key_zh(*flaw)),
    }
}
