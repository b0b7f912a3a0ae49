import { describe, expect, it } from "vitest";
import { columnOf, conditionWords, eventsOf, missingTargets, replaced, withColumn } from "../src/features/intake/mapping";
import { differences } from "../src/shared/json/diff";
import { parse, write } from "../src/shared/json/text";

describe("differences between documents", () => {
  it("name the place, and match items of lists by their name", () => {
    const before = { title: "A", tiers: [{ name: "silver", from: 100 }, { name: "gold", from: 1000 }] };
    const after = { title: "A", tiers: [{ name: "gold", from: 2000 }, { name: "silver", from: 100 }, { name: "black", from: 9000 }] };
    expect(differences(before, after)).toEqual([
      { kind: "changed", path: ["tiers", "gold", "from"], before: 1000, after: 2000 },
      { kind: "added", path: ["tiers", "black"], after: { name: "black", from: 9000 } },
    ]);
  });

  it("are none for the same document in another order", () => {
    expect(differences({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toEqual([]);
  });
});

describe("documents as text", () => {
  it("come back from YAML and JSON as they were", async () => {
    const document = { name: "x", "0": "007", list: [{ when: { column: "A", is: "1" } }], flag: true, nothing: null };
    for (const as of ["yaml", "json"] as const) expect(await parse(await write(document, as))).toEqual({ value: document });
  });

  it("say what is wrong instead of throwing", async () => {
    expect(await parse("a: [1")).toHaveProperty("error");
  });
});

const mapping = {
  mapping: 1,
  source: "shop",
  group: { by: "InvoiceNo" },
  events: [
    { name: "returns", when: { column: "InvoiceNo", starts_with: "C" }, skip: true },
    {
      name: "sale",
      type: "order.paid",
      id: { text: "{InvoiceNo}/paid" },
      time: { column: "InvoiceDate", format: "d/M/yyyy H:mm" },
      identifiers: [{ namespace: "customer", value: { column: "CustomerID", whole: true } }],
      data: { order: "InvoiceNo", currency: { const: "GBP" } },
      lines: { sku: "StockCode", amount_minor: { multiply: ["Quantity", "UnitPrice"] } },
    },
  ],
};

describe("a mapping in the structured editor", () => {
  const [skipped, sale] = eventsOf(mapping);

  it("is a list of events with a slot for each value", () => {
    expect(skipped?.skip).toBe(true);
    expect(sale?.slots.map((s) => s.target)).toEqual(["id", "time", "identifiers.customer", "data.order", "data.currency", "lines.sku", "lines.amount_minor"]);
    expect(sale?.slots.map((s) => columnOf(s.value))).toEqual([null, "InvoiceDate", "CustomerID", "InvoiceNo", null, "StockCode", null]);
  });

  it("takes another column and keeps what is done to the value", () => {
    const slot = sale!.slots[1]!;
    const changed = replaced(mapping, slot.path, withColumn(slot.value, "Paid")) as typeof mapping;
    expect(changed.events[1]?.time).toEqual({ column: "Paid", format: "d/M/yyyy H:mm" });
    expect(mapping.events[1]?.time).toEqual({ column: "InvoiceDate", format: "d/M/yyyy H:mm" });
  });

  it("removes a value and offers it again", () => {
    const slot = sale!.slots.find((s) => s.target === "lines.sku")!;
    const [, without] = eventsOf(replaced(mapping, slot.path, undefined) as typeof mapping);
    expect(without?.slots.some((s) => s.target === "lines.sku")).toBe(false);
    expect(missingTargets(without!).map((m) => m.target)).toContain("lines.sku");
  });

  it("says its conditions in short", () => {
    expect(conditionWords(skipped?.when)).toBe("InvoiceNo starts_with C");
    expect(conditionWords({ any: [{ column: "A", is: ["1", "2"] }, { not: { column: "B", empty: true } }] })).toBe('A is ["1","2"] | ¬(B empty true)');
  });
});
