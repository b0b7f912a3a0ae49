import { Tooltip } from "antd";
import { exact, percent, short } from "../format/number";
import { exactMoney, shortMoney } from "../format/money";

/** A number of things: short on the screen, exact on hover. */
export function Count({ value, digits = 0 }: { value: number | null; digits?: number }) {
  if (value === null) return <span className="faint">—</span>;
  const shown = short(value, digits);
  const whole = exact(value);
  return shown === whole ? <span className="nowrap">{shown}</span> : (
    <Tooltip title={whole}>
      <span className="nowrap">{shown}</span>
    </Tooltip>
  );
}

/** An amount in minor units of its currency: short from ten thousand on, exact on hover or with `exactly`. */
export function Money({ minor, currency, exactly = false }: { minor: number | null; currency: string; exactly?: boolean }) {
  if (minor === null) return <span className="faint">—</span>;
  const whole = exactMoney(minor, currency);
  const shown = exactly ? whole : shortMoney(minor, currency);
  return shown === whole ? <span className="nowrap">{shown}</span> : (
    <Tooltip title={whole}>
      <span className="nowrap">{shown}</span>
    </Tooltip>
  );
}

/** A share between 0 and 1. */
export function Percent({ share, digits = 1 }: { share: number | null; digits?: number }) {
  if (share === null || !Number.isFinite(share)) return <span className="faint">—</span>;
  return <span className="nowrap">{percent(share, digits)}</span>;
}
