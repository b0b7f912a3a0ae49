import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

export type QueryState<K extends string> = Record<K, string>;

/**
 * The part of the URL that a screen remembers itself by. Fields that equal their default are left out of the URL;
 * setting any field goes back to the first page.
 */
export function useQueryState<K extends string>(defaults: QueryState<K>): [QueryState<K>, (change: Partial<QueryState<K>>) => void] {
  const [params, setParams] = useSearchParams();
  const fingerprint = JSON.stringify(defaults);
  const state = useMemo(() => {
    const known = JSON.parse(fingerprint) as QueryState<K>;
    return Object.fromEntries(Object.entries<string>(known).map(([name, value]) => [name, params.get(name) ?? value])) as QueryState<K>;
  }, [params, fingerprint]);

  const set = useCallback(
    (change: Partial<QueryState<K>>) => {
      const known = JSON.parse(fingerprint) as Record<string, string>;
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries<string | undefined>(change)) {
            if (value === undefined || value === known[name]) after.delete(name);
            else after.set(name, value);
          }
          after.delete("cursor");
          return after;
        },
        { replace: true },
      );
    },
    [setParams, fingerprint],
  );
  return [state, set];
}
