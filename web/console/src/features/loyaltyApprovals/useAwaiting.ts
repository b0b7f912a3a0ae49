import { useQuery } from "@tanstack/react-query";
import { useSession } from "../session/useSession";
import { countAwaiting } from "./api";

/** How many approvals wait; asked for once a minute by those who may decide. */
export function useAwaiting(): number {
  const { can } = useSession();
  const query = useQuery({ queryKey: ["approvals", "count"], queryFn: ({ signal }) => countAwaiting(signal), enabled: can("loyalty:write"), staleTime: 60_000, refetchInterval: 60_000, retry: false });
  return query.data ?? 0;
}
