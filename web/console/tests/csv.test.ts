import { describe, expect, it } from "vitest";
import { rowCounter } from "../src/shared/api/csv";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("the count of rows while a file comes", () => {
  it("leaves out the heading and line ends within quotes, wherever the pieces are cut", () => {
    const text = "\uFEFFa,b\r\n1,\"two\r\nlines \"\"so\"\"\"\r\n2,x\r\n";
    for (let cut = 0; cut <= bytes(text).length; cut++) {
      const count = rowCounter();
      count(bytes(text).subarray(0, cut));
      expect(count(bytes(text).subarray(cut))).toBe(2);
    }
  });

  it("is nothing before the heading is whole", () => {
    expect(rowCounter()(bytes("a,b"))).toBe(0);
  });
});
