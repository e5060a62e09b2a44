// What the audit trail recorded, in words: refusals by their problem code, changes by the texts the programs write. What
// is not known here is shown as it was recorded; the row's detail shows that always.
import type { AuditRow } from "../../api";
import { isKey } from "../../dictionary";
import type { Speech } from "../../i18n";

type Words = Pick<Speech, "t" | "word">;

/** Whole texts of before and after, and their key. */
const TEXTS = {
  "in service": "told.in_service",
  "retired": "told.retired",
  "closed": "told.closed",
  "certificate to be renewed": "told.rotation",
  "password": "told.password",
  "proof": "told.proof",
  "invitation": "told.invitation",
} as const;

/** What stood there before, or stands there now. */
export function toldText(text: string, { t, word }: Words): string {
  if (Object.hasOwn(TEXTS, text)) return t(TEXTS[text as keyof typeof TEXTS]);
  const code = /^code for (\S+), (\d+) h$/.exec(text);
  if (code !== null) return t("told.code", { enterprise: code[1] ?? "", hours: code[2] ?? "" });
  const signature = /^signature (\w+) ([0-9a-f]+)$/.exec(text);
  if (signature !== null) {
    return t("told.signature", { meaning: word("meaning", signature[1] ?? ""), digest: signature[2] ?? "" });
  }
  const session = /^session (\S+)$/.exec(text);
  if (session !== null) return t("told.session", { id: session[1] ?? "" });
  const recovery = /^recovery\/(\S+?)( approved)?$/.exec(text);
  if (recovery !== null) {
    return t(recovery[2] === undefined ? "told.recovery" : "told.recovery_approved", { id: recovery[1] ?? "" });
  }
  const person = /^(.+) ([a-z_]+) (\S+)$/.exec(text);
  if (person !== null && isKey(`role.${person[2] ?? ""}`)) {
    return t("told.person", { name: person[1] ?? "", role: word("role", person[2] ?? ""), organisation: person[3] ?? "" });
  }
  return text;
}

/** Why, in the person's words; of a refusal, what its problem code means. */
export function reasonText({ outcome, reason }: AuditRow, { word }: Words): string {
  if (reason == null) return "";
  if (outcome !== "refused") return reason;
  return isKey(`refusal.${reason}`) ? word("refusal", reason) : word("problem", reason);
}

/** `before → after`, whichever there is. */
export function changeText({ old, new: after }: AuditRow, words: Words): string {
  const [from, to] = [old, after].map((text) => (text == null ? "" : toldText(text, words)));
  if (from === undefined || to === undefined) return "";
  return from === "" || to === "" ? from + to : `${from} → ${to}`;
}

/** Who did it, where that is no login name. */
export function whoText({ who }: AuditRow, { t }: Words): string {
  if (who == null) return t("audit.nobody");
  if (who.startsWith("box:")) return t("audit.box", { id: who.slice(4) });
  return who === "operator" ? t("audit.operator") : who;
}
