import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSession } from "../session/useSession";
import { fetchPrograms } from "./api";
import { scaled, signedOf, typeName } from "./pointTypes";

/** What programs and their types of points are called, and how their numbers are shown. */
export function useLedgers() {
  const { t } = useTranslation();
  const { can } = useSession();
  const programs = useQuery({ queryKey: ["programs"], queryFn: ({ signal }) => fetchPrograms(signal), staleTime: 60_000, enabled: can("loyalty:read") });
  const find = (program: string) => programs.data?.find((p) => p.name === program);
  const typeOf = (program: string, type: string) => find(program)?.types.find((x) => x.name === type) ?? { name: type, title: "", scale: 0 };
  return {
    programTitle: (program: string) => find(program)?.title || program,
    typeTitle: (program: string, type: string) => typeName(typeOf(program, type), t),
    /** The program has further types: which one is meant is worth saying. */
    hasTypes: (program: string) => (find(program)?.types.length ?? 0) > 1,
    count: (program: string, type: string, points: number) => scaled(points, typeOf(program, type).scale),
    signed: (program: string, type: string, points: number) => signedOf(points, typeOf(program, type).scale),
  };
}
