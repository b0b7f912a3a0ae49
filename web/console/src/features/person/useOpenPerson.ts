import { useCallback } from "react";
import { useSearchParams } from "react-router";

/** The person whose drawer is open, kept in the URL so that a link opens it too. */
export function useOpenPerson() {
  const [params, setParams] = useSearchParams();
  const open = useCallback(
    (id: string | null) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (id === null) after.delete("person");
          else after.set("person", id);
          return after;
        },
        { replace: params.has("person") },
      ),
    [params, setParams],
  );
  return { openedId: params.get("person"), open };
}
