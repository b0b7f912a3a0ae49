import i18n from "i18next";

/** The language that numbers and dates are written in. */
export function locale(): string {
  return i18n.language === "en" ? "en" : "zh-CN";
}

const cache = new Map<string, Intl.NumberFormat>();

export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale() + JSON.stringify(options);
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale(), options);
  cache.set(key, made);
  return made;
}

/** 12,345,678 */
export function exact(value: number): string {
  return numberFormat({ maximumFractionDigits: 6 }).format(value);
}

/** 9,999 as it is; then 1.28万 and 1.2亿 in Chinese, 128k and 1.2M in English. */
export function short(value: number, digits = 0): string {
  const size = Math.abs(value);
  if (locale() === "en") {
    if (size < 10_000) return numberFormat({ maximumFractionDigits: size < 100 ? digits : 0 }).format(value);
    if (size < 999_500) return `${threeFigures(value / 1e3)}k`;
    return size < 999_500_000 ? `${threeFigures(value / 1e6)}M` : `${threeFigures(value / 1e9)}B`;
  }
  if (size < 10_000) return numberFormat({ maximumFractionDigits: size < 100 ? digits : 0 }).format(value);
  return size < 99_995_000 ? `${threeFigures(value / 1e4)}万` : `${threeFigures(value / 1e8)}亿`;
}

/** Three significant figures at least, never more decimals than two. */
function threeFigures(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 1000 ? 0 : size >= 100 ? 1 : 2;
  return numberFormat({ maximumFractionDigits: decimals }).format(value);
}

export function percent(share: number, digits = 1): string {
  return numberFormat({ style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(share);
}

export function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${numberFormat({ maximumFractionDigits: size < 10 && unit > 0 ? 1 : 0 }).format(size)} ${units[unit]}`;
}

/** A count with a sign that is always there: +1,200, −30. */
export function signed(value: number): string {
  return numberFormat({ signDisplay: "exceptZero", maximumFractionDigits: 2 }).format(value);
}
