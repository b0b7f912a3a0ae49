import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "../src/locales/en.json";
import zh from "../src/locales/zh.json";

type Words = { [name: string]: string | Words };

const plural = /_(one|other)$/;
const zhKeys = keysOf(zh);
const enKeys = keysOf(en);
const code = sources("src").map((path) => readFileSync(path, "utf8")).join("\n");

describe("the words of the console", () => {
  it("are the same set in both languages", () => {
    expect(stems(enKeys).filter((key) => !stems(zhKeys).includes(key))).toEqual([]);
    expect(stems(zhKeys).filter((key) => !stems(enKeys).includes(key))).toEqual([]);
  });

  it("have the plural forms of their language and no others", () => {
    expect(zhKeys.filter((key) => key.endsWith("_one"))).toEqual([]);
    expect(enKeys.filter((key) => key.endsWith("_other") && !enKeys.includes(key.replace(plural, "_one")))).toEqual([]);
  });

  it("take the same values in both languages", () => {
    const different = zhKeys.filter((key) => {
      const inEnglish = valueOf(en, key) ?? "";
      return holes(valueOf(zh, key) ?? "").join() !== holes(inEnglish).join();
    });
    expect(different).toEqual([]);
  });

  it("are written in their own language", () => {
    expect(enKeys.filter((key) => /[\u4e00-\u9fff]/.test(valueOf(en as Words, key) ?? ""))).toEqual([]);
    const sameInBoth = zhKeys.filter((key) => !/[\u4e00-\u9fff]/.test(valueOf(zh as Words, key) ?? "") && /[a-z]{4,}/i.test((valueOf(zh as Words, key) ?? "").replace(/\{\{.*?\}\}|<.*?>/g, "")));
    expect(sameInBoth).toEqual(["books_kind.postgres", "members.person_id"]);
  });

  it("are all there for what the code asks by name", () => {
    const asked = [...code.matchAll(/(?:\bt\(\s*|i18nKey=|label: |name: )"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"/g)].map((m) => m[1]!);
    const missing = asked.filter((key) => !stems(zhKeys).includes(key));
    expect([...new Set(missing)]).toEqual([]);
  });

  it("name all that the audit log can tell, and nothing else", () => {
    const catalogue = readFileSync("../../src/Platform/Access/AuditActions.cs", "utf8");
    const told = [...catalogue.matchAll(/"([a-z_]+)\.([a-z_]+)"/g)].map((m) => `audit_action.${m[1]}_${m[2]}`);
    expect(told.length).toBeGreaterThan(50);
    expect(zhKeys.filter((key) => key.startsWith("audit_action.")).sort()).toEqual(told.sort());
  });

  it("have words for every code that the server refuses with", () => {
    const server = sources("../../src", /\.cs$/).map((path) => ({ path, text: readFileSync(path, "utf8") }));
    const told = new Set<string>();
    const all = (text: string, pattern: RegExp) => { for (const found of text.matchAll(pattern)) for (const code of found.slice(1)) if (code) told.add(code); };
    for (const { path, text } of server) {
      // Problem.NotFound("code", …), new Refusal("code", …), and one of two codes by a condition.
      all(text, /(?:Problem\.(?:Invalid|NotFound|Conflict|Unacceptable)|Because|new Refusal)\(\s*(?:[^",()]*\?\s*)?"([a-z0-9_]+)"(?:\s*:\s*"([a-z0-9_]+)")?/g);
      all(text, /(?:Problem\.Of|new ProblemException)\(\s*[^,()"]+,\s*"([a-z0-9_]+)"/g);
      // Lists of refusals in their order of precedence, the codes of events, and what the Door's answers are as statuses.
      if (/Refusals\.cs$|DirectCommands\.cs$/.test(path)) all(text, /"([a-z0-9]+(?:_[a-z0-9]+)+)"/g);
    }
    expect(told.size).toBeGreaterThan(180);
    expect([...told].filter((code) => !zhKeys.includes(`problem.${code}`)).sort()).toEqual([]);
  });

  it("name every kind of entry that the ledger writes", () => {
    const kinds = /enum EntryKind\s*\{([^}]*)\}/.exec(readFileSync("../../src/Engines/Ledger/Account.cs", "utf8"))![1]!.replace(/\/\/\/.*/g, "");
    const written = [...kinds.matchAll(/[A-Z]\w+/g)].map((m) => `entry_kind.${m[0].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()}`);
    expect(written.length).toBeGreaterThan(15);
    expect(written.filter((key) => !zhKeys.includes(key))).toEqual([]);
  });

  it("are all used: by name, or as one of a family that the code builds names from", () => {
    const families = [...code.matchAll(/\bt\(\s*`([a-z0-9_.]+)\./g), ...code.matchAll(/`([a-z_.]+)\.\$\{/g), ...code.matchAll(/\bcode\("([a-z_.]+)"/g), ...code.matchAll(/\bfamily="([a-z_.]+)"/g)].map((m) => m[1]!);
    const unused = stems(zhKeys).filter((key) => !code.includes(`"${key}"`) && !families.some((family) => key.startsWith(`${family}.`)));
    expect(unused).toEqual([]);
  });
});

function keysOf(words: Words, prefix = ""): string[] {
  return Object.entries(words).flatMap(([name, value]) => (typeof value === "string" ? [prefix + name] : keysOf(value, `${prefix}${name}.`)));
}

function stems(keys: string[]): string[] {
  return [...new Set(keys.map((key) => key.replace(plural, "")))];
}

function valueOf(words: Words, key: string): string | undefined {
  const value = key.split(".").reduce<string | Words | undefined>((at, name) => (typeof at === "object" ? at[name] : undefined), words);
  return typeof value === "string" ? value : undefined;
}

function holes(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}|<(\w+)\/?>/g)].map((m) => m[1] ?? m[2] ?? ""))].sort();
}

function sources(folder: string, kind = /\.tsx?$/): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path, kind) : kind.test(name) ? [path] : [];
  });
}
