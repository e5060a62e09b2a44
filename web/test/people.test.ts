// Requirement WEB-01.
// What the pages about people refuse before the API has to is what the API refuses.
import { describe, expect, test } from "vitest";
import { isChosen } from "../src/shared/pages/people/NewPassword";
import { contains, isDivision, isLoginName, isOrganisationId, isShownName } from "../src/shared/pages/people/people";
import { isReason } from "../src/shared/ui/SignDialog";

function check<Input>(name: string, says: (input: Input) => boolean, rows: [Input, boolean][]) {
  test.each(rows)(`${name} %j: %s`, (input, expected) => expect(says(input)).toBe(expected));
}

describe("accounts and offices", () => {
  check("login name", isLoginName, [
    ["zhao.liu", true],
    [" Zhao.Liu ", true],
    ["赵六", false],
    ["", false],
    ["a".repeat(64), true],
    ["a".repeat(65), false],
  ]);
  check("shown name", isShownName, [
    ["赵六", true],
    ["  ", false],
    ["𠮷".repeat(64), true],
    ["赵".repeat(65), false],
    ["赵\n六", false],
  ]);
  check("office code", isOrganisationId, [
    ["ZJ-330100", true],
    ["杭州", false],
    ["", false],
  ]);
  check("division", isDivision, [
    ["000000", true],
    ["330000", true],
    ["330100", true],
    ["330106", true],
    ["330006", false],
    ["000100", false],
    ["33010", false],
    ["33010a", false],
  ]);
  test.each([
    ["000000", "330106", true],
    ["330000", "330106", true],
    ["330100", "330106", true],
    ["330100", "330200", false],
    ["330106", "330106", true],
    ["331000", "331002", true],
    ["331000", "330102", false],
  ])("%s contains %s: %s", (division, other, expected) => expect(contains(division, other)).toBe(expected));
});

describe("what is typed", () => {
  check("reason", isReason, [
    ["忘记密码", true],
    [" ", false],
    ["一行\n两行", false],
    ["字".repeat(500), true],
    ["字".repeat(501), false],
  ]);
  check("password", isChosen, [
    [{ password: "十五个字的密码刚刚好够长不多不", again: "十五个字的密码刚刚好够长不多不" }, true],
    [{ password: "十四个字的密码还差一点点才够", again: "十四个字的密码还差一点点才够" }, false],
    [{ password: "a".repeat(256), again: "a".repeat(256) }, true],
    [{ password: "a".repeat(257), again: "a".repeat(257) }, false],
    [{ password: "a".repeat(20), again: "b".repeat(20) }, false],
  ]);
});
