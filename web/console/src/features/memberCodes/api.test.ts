import { describe, expect, it } from "vitest";
import { codeFrom, digitsOf } from "./api";

describe("a member code", () => {
  it.each([
    ["DK1:12345678:DK0001", "DK1:12345678:DK0001"],
    [" DK1:12345678:DK0001\n", "DK1:12345678:DK0001"],
    ["ＤＫ１：１２３４５６７８：ＤＫ０００１", "DK1:12345678:DK0001"],
    ["12345678 DK0001", "DK1:12345678:DK0001"],
    ["1234 5678 DK0001", "DK1:12345678:DK0001"],
    ["12345678:DK:0001", "DK1:12345678:DK:0001"],
    ["13800000001", "13800000001"],
    ["", ""],
  ])("is read from what is scanned or typed: %j", (text, code) => expect(codeFrom(text)).toBe(code));

  it("is shown in two groups of digits", () => {
    expect(digitsOf("DK1:12345678:DK0001")).toBe("1234 5678");
    expect(digitsOf("")).toBe("");
  });
});
