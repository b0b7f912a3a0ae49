import { Input } from "antd";

/** A document to edit as text. */
export function DocumentText({ value, onChange, label, rows = 18, status }: { value: string; onChange: (text: string) => void; label: string; rows?: number; status?: "error" | "" }) {
  return (
    <Input.TextArea
      className="mono"
      value={value}
      onChange={(e) => onChange(e.target.value)}
      aria-label={label}
      status={status}
      spellCheck={false}
      autoSize={{ minRows: Math.min(rows, 8), maxRows: Math.max(rows, 28) }}
      style={{ lineHeight: 1.6 }}
    />
  );
}
