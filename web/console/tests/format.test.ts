import i18n from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { exactMoney, shortMoney } from "../src/shared/format/money";
import { bytes, percent, short, signed } from "../src/shared/format/number";
import { addDays, daysBetween, exactTime, isoDay, setZone } from "../src/shared/format/time";

beforeAll(async () => {
  await i18n.init({ lng: "zh", resources: {}, showSupportNotice: false });
});

const inLanguage = async <T>(language: string, work: () => T): Promise<T> => {
  await i18n.changeLanguage(language);
  return work();
};

describe("numbers", () => {
  it.each([
    [0, "0", "0"],
    [9_999, "9,999", "9,999"],
    [10_000, "1万", "10k"],
    [128_400, "12.84万", "128.4k"],
    [99_994_999, "9,999万", "99.99M"],
    [123_456_789, "1.23亿", "123.5M"],
    [-128_400, "-12.84万", "-128.4k"],
    [999_499, "99.95万", "999.5k"],
  ])("%d is short as %s and %s", async (value, chinese, english) => {
    expect(await inLanguage("zh", () => short(value))).toBe(chinese);
    expect(await inLanguage("en", () => short(value))).toBe(english);
  });

  it("never show a sign for nothing, and always one for a change", () => {
    expect(signed(0)).toBe("0");
    expect(signed(1200)).toBe("+1,200");
    expect(percent(0.1234)).toBe("12.3%");
    expect(bytes(534_000_000)).toBe("509 MB");
  });
});

describe("money", () => {
  it("has the decimals of its currency", async () => {
    await i18n.changeLanguage("zh");
    expect(exactMoney(19_800, "CNY")).toBe("¥198.00");
    expect(exactMoney(19_800, "JPY")).toContain("19,800");
    expect(exactMoney(-500, "CNY")).toBe("-¥5.00");
  });

  it("is short from ten thousand on", async () => {
    await i18n.changeLanguage("zh");
    expect(shortMoney(999_999, "CNY")).toBe("¥9,999.99");
    expect(shortMoney(128_400_000, "CNY")).toBe("¥128.4万");
    expect(shortMoney(-128_400_000, "CNY")).toBe("-¥128.4万");
    expect(shortMoney(-88_200, "CNY", 0)).toBe("-¥882");
  });

  it("of an unknown currency keeps its code", () => {
    expect(exactMoney(1050, "not one")).toBe("10.50 not one");
  });
});

describe("times", () => {
  it("are in the brand's zone whatever the browser's", () => {
    setZone("Asia/Shanghai");
    const instant = new Date("2026-01-31T16:30:00Z");
    expect(isoDay(instant)).toBe("2026-02-01");
    expect(exactTime(instant)).toBe("2026-02-01 00:30:00");
    setZone("nowhere");
    expect(isoDay(instant)).toBe("2026-02-01");
  });

  it("count calendar days", () => {
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
    expect(daysBetween("2026-10-01", "2026-11-01")).toBe(31);
  });
});
