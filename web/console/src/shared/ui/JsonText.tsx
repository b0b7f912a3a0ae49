import { CopyOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** A document as it is, to read and copy. */
export function JsonText({ value, maxHeight }: { value: unknown; maxHeight?: number }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const text = typeof value === "string" ? pretty(value) : JSON.stringify(value, null, 2);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div style={{ position: "relative" }}>
      <pre className="code" style={maxHeight ? { maxHeight } : undefined} tabIndex={0}>{text}</pre>
      <Tooltip title={copied ? t("action.copied") : t("action.copy")}>
        <Button size="small" type="text" icon={<CopyOutlined />} aria-label={t("action.copy")} style={{ position: "absolute", top: 8, right: 8 }} onClick={() => void copy()} />
      </Tooltip>
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
