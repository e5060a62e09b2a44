// The audit trail as CSV (RFC 4180, with the mark that tells spreadsheets it is UTF-8).
import type { AuditRow } from "../../api";
import { wallTime } from "../../format";
import type { Speech } from "../../i18n";
import { changeText, reasonText } from "./told";

/** Without it a spreadsheet reads Chinese as something else. */
export const BYTE_ORDER_MARK = "\uFEFF";

/** A spreadsheet would compute what begins so, and a stranger can write such a login name. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** One record. */
export function record(cells: string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/** The first record: what stands in each column. */
export function headings({ t }: Speech): string {
  return record([
    t("audit.seq"),
    t("audit.at"),
    t("audit.at_utc"),
    t("audit.outcome"),
    t("audit.who"),
    t("audit.organisation"),
    t("audit.act"),
    t("audit.act_word"),
    t("audit.object"),
    t("audit.changed"),
    t("audit.old"),
    t("audit.new"),
    t("audit.reason"),
    t("audit.reason_recorded"),
    t("audit.from"),
    t("audit.session"),
    t("audit.hash"),
  ]);
}

/** A row: for people in the language of the page, and as it was recorded. */
export function rowRecord(row: AuditRow, speech: Speech): string {
  const act = row.act ?? "";
  return record([
    String(row.seq),
    wallTime(row.at),
    row.at,
    speech.word("outcome", row.outcome),
    row.who ?? "",
    row.organisation ?? "",
    speech.word("act", act),
    act,
    row.object ?? "",
    changeText(row, speech),
    row.old ?? "",
    row.new ?? "",
    reasonText(row, speech),
    row.reason ?? "",
    row.from ?? "",
    row.session ?? "",
    row.hash ?? "",
  ]);
}
