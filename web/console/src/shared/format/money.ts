import { locale, numberFormat, short } from "./number";

const digitsOf = new Map<string, number>();

/** How many decimals the currency has: 2 for CNY, 0 for JPY. */
export function decimals(currency: string): number {
  const known = digitsOf.get(currency);
  if (known !== undefined) return known;
  let digits = 2;
  try {
    digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    // A code that is no currency is written with two decimals and its code.
  }
  digitsOf.set(currency, digits);
  return digits;
}

export function major(minor: number, currency: string): number {
  return minor / 10 ** decimals(currency);
}

/** ¥198.00 */
export function exactMoney(minor: number, currency: string): string {
  try {
    return numberFormat({ style: "currency", currency: currency || "CNY", currencyDisplay: "narrowSymbol" }).format(major(minor, currency || "CNY"));
  } catch {
    return `${numberFormat({ minimumFractionDigits: 2 }).format(minor / 100)} ${currency}`;
  }
}

/** ¥128.4万 in Chinese, ¥1.28M in English; exact below ten thousand. */
export function shortMoney(minor: number, currency: string, digits = 2): string {
  if (minor < 0) return `-${shortMoney(-minor, currency, digits)}`;
  const value = major(minor, currency || "CNY");
  if (value < 10_000) {
    return digits === 2 ? exactMoney(minor, currency) : symbol(currency) + numberFormat({ maximumFractionDigits: digits }).format(value);
  }
  return symbol(currency) + short(value);
}

export function symbol(currency: string): string {
  try {
    return new Intl.NumberFormat(locale(), { style: "currency", currency: currency || "CNY", currencyDisplay: "narrowSymbol" }).formatToParts(0).find((p) => p.type === "currency")?.value ?? currency;
  } catch {
    return `${currency} `;
  }
}
