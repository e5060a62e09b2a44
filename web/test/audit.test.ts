// Requirement WEB-01.
// What the audit trail recorded, in words and as CSV.
import { expect, test } from "vitest";
import type { AuditRow } from "../src/shared/api";
import { speech } from "../src/shared/i18n";
import { record, rowRecord } from "../src/shared/pages/audit/csv";
import { localOf, utcOf } from "../src/shared/pages/audit/query";
import { changeText, reasonText, toldText } from "../src/shared/pages/audit/told";

const zh = speech("zh-CN", () => undefined);
const row = (fields: Partial<AuditRow>): AuditRow => ({ seq: 7, at: "2026-11-21T12:15:30.000001Z", outcome: "done", ...fields });

test.each([
  [["plain", "药匣"], "plain,药匣\r\n"],
  [["a,b", 'say "no"', "two\nlines"], '"a,b","say ""no""","two\nlines"\r\n'],
  [["=1+1", "+1", "-1", "@x", "\tx"], "'=1+1,'+1,'-1,'@x,'\tx\r\n"],
  [['=HYPERLINK("x")'], '"\'=HYPERLINK(""x"")"\r\n'],
  [["", "a=b"], ",a=b\r\n"],
])("a record %j", (cells, expected) => {
  expect(record(cells)).toBe(expected);
});

test.each([
  ["in service", "在用"],
  ["code for 91330100MA2DEM1017, 72 h", "登记码，72 小时内有效（企业 91330100MA2DEM1017）"],
  ["signature responsibility 0a1b", "电子签名（负责）0a1b"],
  ["recovery/00ff", "恢复申请 00ff"],
  ["recovery/00ff approved", "恢复申请 00ff 已批准"],
  ["session 12", "会话 12"],
  ["王五 officer 330100", "王五，监管人员（机构 330100）"],
  ["某市局 office 330100", "某市局 office 330100"],
  ["toString", "toString"],
])("%s is told as %s", (recorded, expected) => {
  expect(toldText(recorded, zh)).toBe(expected);
});

test("a change has what there is of before and after", () => {
  expect(changeText(row({ old: "in service", new: "retired" }), zh)).toBe("在用 → 已停用");
  expect(changeText(row({ new: "proof" }), zh)).toBe("通过身份确认");
  expect(changeText(row({}), zh)).toBe("");
});

test("a refusal's code is put in words, a person's reason is left alone", () => {
  expect(reasonText(row({ outcome: "refused", reason: "forbidden" }), zh)).toBe("该角色无此权限");
  expect(reasonText(row({ outcome: "refused", reason: "conflict" }), zh)).toBe("已经存在");
  expect(reasonText(row({ reason: "forbidden" }), zh)).toBe("forbidden");
});

test("a row keeps what was recorded beside what people read", () => {
  const text = rowRecord(row({ act: "retire_box", who: "li.na", old: "in service", new: "retired", hash: "00" }), zh);
  expect(text).toContain("停用药匣,retire_box");
  expect(text).toContain("在用 → 已停用,in service,retired");
  expect(text).toContain(",2026-11-21T12:15:30.000001Z,");
  expect(text.endsWith(",00\r\n")).toBe(true);
});

test("a local time goes to UTC and back", () => {
  expect(localOf(utcOf("2026-11-21T20:15"))).toBe("2026-11-21T20:15");
  expect(utcOf("")).toBe("");
  expect(localOf("no time")).toBe("");
});
