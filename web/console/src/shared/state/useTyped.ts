import { useEffect, useRef, useState } from "react";

/** Text that is being typed: shown at once, handed on when the typing pauses. */
export function useTyped(value: string, onSettled: (text: string) => void, pauseMs = 300): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const settled = useRef(onSettled);
  useEffect(() => {
    settled.current = onSettled;
  });
  if (value !== seen) {
    setSeen(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => settled.current(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text, value, pauseMs]);
  return [text, setText];
}
