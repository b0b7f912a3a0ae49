import { useQuery } from "@tanstack/react-query";
import { useSession } from "../session/useSession";
import { fetchProgram } from "./api";

/** A tier by the title that the program gives it. */
export function TierTag({ tier }: { tier: string }) {
  const title = useTierTitle();
  return tier === "" ? <span className="faint">—</span> : <span className="nowrap">{title(tier)}</span>;
}

export function useTierTitle(): (tier: string) => string {
  const { can } = useSession();
  const program = useQuery({ queryKey: ["program", "default"], queryFn: ({ signal }) => fetchProgram("default", signal), enabled: can("loyalty:read"), staleTime: 60_000, retry: false });
  return (tier) => program.data?.tiers.find((t) => t.name === tier)?.title || tier;
}
