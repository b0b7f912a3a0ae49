import { useEffect } from "react";

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "单客 Danke" : `${title} · 单客 Danke`;
  }, [title]);
}
