import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { fetchSession } from "./api";

/** Who is signed in and what they may do. */
export function useSession() {
  const query = useQuery({ queryKey: ["session"], queryFn: fetchSession, staleTime: 5 * 60_000 });
  const session = query.data ?? null;
  const can = useCallback((scope: string) => scope === "" || (session?.scopes.includes(scope) ?? false), [session]);
  return { session, can, error: query.error, isPending: query.isPending, refetch: query.refetch };
}
