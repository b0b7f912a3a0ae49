import { Popover } from "antd";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { EmptyState } from "../../shared/ui/EmptyState";
import type { RuleCalendar, RuleDay } from "./api";
import { conditionWords } from "./conditionWords";
import "./memberDays.css";

/** Which multiplier is on which day of the next months. */
export function MemberDays({ calendar, currency }: { calendar: RuleCalendar; currency: string }) {
  const { t } = useTranslation();
  if (calendar.days.length === 0) return <EmptyState title={t("member_days.none")}>{t("member_days.none_text")}</EmptyState>;
  const byDay = new Map(calendar.days.map((d) => [d.day, d]));
  return (
    <div className="member-days">
      {monthsOf(calendar.from, calendar.until).map((month) => (
        <div key={month.first} className="month">
          <h3>{month.first.slice(0, 7)}</h3>
          <div className="grid" role="list" aria-label={month.first.slice(0, 7)}>
            {[1, 2, 3, 4, 5, 6, 7].map((weekday) => <span key={weekday} className="weekday" aria-hidden>{t(`member_days.weekday.${weekday}`)}</span>)}
            {Array.from({ length: month.offset }, (_, i) => <span key={`before${i}`} aria-hidden />)}
            {month.days.map((day) => <Day key={day} day={day} rules={byDay.get(day)} calendar={calendar} currency={currency} />)}
          </div>
        </div>
      ))}
    </div>
  );
}

function Day({ day, rules, calendar, currency }: { day: string; rules: RuleDay | undefined; calendar: RuleCalendar; currency: string }) {
  const { t } = useTranslation();
  const number = Number(day.slice(8));
  if (!rules) return <span className={day < calendar.from || day > calendar.until ? "day out" : "day"} role="listitem">{number}</span>;
  const title = (name: string) => calendar.rules.find((r) => r.name === name)?.title ?? name;
  const mark = rules.percent !== 100 ? `×${exact(rules.percent / 100)}` : "＋";
  return (
    <Popover
      trigger={["hover", "focus", "click"]}
      title={day}
      content={<div style={{ maxWidth: 320 }}>{rules.rules.map((r) => <div key={r.rule}><b>{title(r.rule)}</b>{r.percent === null ? "" : ` ×${exact(r.percent / 100)}`}{r.else ? <div className="faint">{t("member_days.if", { condition: conditionWords(r.else, t, currency) })}</div> : null}</div>)}</div>}
    >
      <button type="button" className="day on" role="listitem" aria-label={`${day} ${mark} ${rules.rules.map((r) => title(r.rule)).join(", ")}`}><span>{number}</span><b>{mark}</b></button>
    </Popover>
  );
}

/** The months between two days, with the weekdays in front of the first. */
function monthsOf(from: string, until: string): { first: string; offset: number; days: string[] }[] {
  const months = [];
  for (let [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))]; `${year}-${String(month).padStart(2, "0")}` <= until.slice(0, 7); [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1]) {
    const prefix = `${year}-${String(month).padStart(2, "0")}`;
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    months.push({ first: `${prefix}-01`, offset: (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7, days: Array.from({ length }, (_, i) => `${prefix}-${String(i + 1).padStart(2, "0")}`) });
  }
  return months;
}
