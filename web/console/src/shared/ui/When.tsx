import { Tooltip } from "antd";
import { exactTime, instant, when, zone } from "../format/time";

/** An instant: relative when recent, exact with its zone on hover. */
export function When({ at, exactly = false }: { at: string | number | null | undefined; exactly?: boolean }) {
  const date = instant(at);
  if (!date) return <span className="faint">—</span>;
  return (
    <Tooltip title={`${exactTime(date)} ${zone()}`}>
      <time dateTime={date.toISOString()} className="nowrap">{exactly ? exactTime(date) : when(date)}</time>
    </Tooltip>
  );
}
