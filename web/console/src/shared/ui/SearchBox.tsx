import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useTyped } from "../state/useTyped";

export function SearchBox({ value, onChange, placeholder, width = 280, autoFocus }: { value: string; onChange: (text: string) => void; placeholder: string; width?: number; autoFocus?: boolean }) {
  const [text, setText] = useTyped(value, onChange);
  return <Input allowClear prefix={<SearchOutlined className="faint" />} value={text} onChange={(e) => setText(e.target.value)} onPressEnter={() => onChange(text)} placeholder={placeholder} aria-label={placeholder} style={{ width }} autoFocus={autoFocus} />;
}
