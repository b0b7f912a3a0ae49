import i18n from "i18next";
import { locale } from "./number";

let brandZone = "Asia/Shanghai";

/** Every time on the screens is in the brand's zone; set once from the settings. */
export function setZone(zone: string): void {
  if (isZone(zone)) brandZone = zone;
}

export function zone(): string {
  return brandZone;
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name !== "";
  } catch {
    return false;
  }
}

/** The instant of what the API sends: RFC 3339, a date, or milliseconds. */
export function instant(value: string | number | null | undefined): Date | null {
  if (value === null || value === undefined || value === "") return null;
  const date = typeof value === "number" ? new Date(value) : /^\d{11,}$/.test(value) ? new Date(Number(value)) : new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: brandZone, ...options }).format(date);
}

/** 2026-11-11 00:03:12 */
export function exactTime(date: Date): string {
  return `${isoDay(date)} ${clock(date, true)}`;
}

/** 00:03 in the brand's zone. */
export function clock(date: Date, seconds = false): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: brandZone, hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}), hourCycle: "h23" }).format(date);
}

/** 2026-11-11 in the brand's zone. */
export function isoDay(date: Date): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: brandZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
}

/** 11月11日, with the year when it is not this one. */
export function day(date: Date, now = new Date()): string {
  const year = isoDay(date).slice(0, 4) === isoDay(now).slice(0, 4) ? {} : { year: "numeric" as const };
  return format(date, { month: locale() === "en" ? "short" : "long", day: "numeric", ...year });
}

export function weekday(date: Date): string {
  return format(date, { weekday: "short" });
}

/** Relative within a week (3 分钟前), a date after that. */
export function when(date: Date, now = new Date()): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const size = Math.abs(seconds);
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "short" });
  if (size < 45) return i18n.t("time.now");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  if (size < 7 * 86_400) return relative.format(Math.round(seconds / 86_400), "day");
  return day(date, now);
}

/** 3 分 20 秒 / 3 min 20 s */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return i18n.t("time.seconds", { s });
  if (s < 3600) return i18n.t("time.minutes", { m: Math.floor(s / 60), s: s % 60 });
  if (s < 86_400) return i18n.t("time.hours", { h: Math.floor(s / 3600), m: Math.floor((s % 3600) / 60) });
  return i18n.t("time.days", { d: Math.floor(s / 86_400), h: Math.floor((s % 86_400) / 3600) });
}

/** A calendar day moved by some days; both YYYY-MM-DD, no zone involved. */
export function addDays(isoDate: string, days: number): string {
  const date = new Date(`${isoDate}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
