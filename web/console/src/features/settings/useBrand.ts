import { queryOptions, useQuery } from "@tanstack/react-query";
import { setZone } from "../../shared/format/time";
import { type Brand, fetchBrand } from "./api";

export const brandQuery = queryOptions({
  queryKey: ["brand"],
  queryFn: async () => {
    const brand = await fetchBrand();
    setZone(brand.zone);
    return brand;
  },
  staleTime: 5 * 60_000,
});

const unknown: Brand = { name: "", zone: "Asia/Shanghai", currency: "CNY", languages: ["zh-CN", "en"] };

export function useBrand(): Brand {
  return useQuery(brandQuery).data ?? unknown;
}
