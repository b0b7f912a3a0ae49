import { useSyncExternalStore } from "react";

/** What one person at one screen likes; kept in the browser, never in the URL. */
export interface Preferences {
  language: "zh" | "en";
  theme: "light" | "dark" | "system";
  narrow: boolean;
}

const key = "danke.preferences";
const listeners = new Set<() => void>();
let current: Preferences = read();

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

export function preferences(): Preferences {
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // A browser without storage forgets the preference with the page; nothing else depends on it.
  }
  for (const listener of listeners) listener();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const systemDark = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : undefined;

/** True when the screen is to be dark now: chosen, or left to the system and dark there. */
export function useIsDark(): boolean {
  const { theme } = usePreferences();
  const system = useSyncExternalStore(
    (listener) => {
      systemDark?.addEventListener("change", listener);
      return () => systemDark?.removeEventListener("change", listener);
    },
    () => systemDark?.matches ?? false,
  );
  return theme === "dark" || (theme === "system" && system);
}

export function isDarkNow(): boolean {
  return current.theme === "dark" || (current.theme === "system" && (systemDark?.matches ?? false));
}

function read(): Preferences {
  const initial: Preferences = { language: "zh", theme: "system", narrow: false };
  try {
    return { ...initial, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Preferences>) };
  } catch {
    return initial;
  }
}
