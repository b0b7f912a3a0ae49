import { useCode } from "../state/useCode";

export type Tone = "good" | "bad" | "warn" | "busy" | "plain";

const tones: Record<string, Tone> = {
  active: "good", live: "good", applied: "good", done: "good", completed: "good", sent: "good", replayed: "good", paid: "good", ready: "good", up: "good", ok: "good", feeding: "good", granted: "good",
  rejected: "bad", failed: "bad", down: "bad", refunded: "bad", forbidden: "bad",
  declined: "warn", awaiting: "warn", partly_refunded: "warn", open: "warn", skipped: "warn", pending: "warn", behind: "warn", catching_up: "busy", draft: "warn", interrupted: "warn",
  running: "busy", waiting: "busy", queued: "busy", shipped: "busy", starting: "busy", checking: "busy", applying: "busy",
};

/** A state in words with a dot of its tone; the word carries the meaning, the colour only helps. */
export function State({ family, code, tone }: { family: string; code: string; tone?: Tone }) {
  const words = useCode();
  if (code === "") return <span className="faint">—</span>;
  return <span className={`state ${tone ?? tones[code] ?? "plain"}`}>{words(family, code)}</span>;
}
