import { get } from "../../shared/api/http";
import { reading } from "../../shared/api/read";

/** Somebody else who shares a phone or an address. */
export interface HouseholdMember {
  personId: string;
  name: string;
  shares: { id: string; namespace: string; value: string }[];
}

export async function fetchHousehold(person: string, signal?: AbortSignal): Promise<HouseholdMember[]> {
  return reading(await get(`/v1/persons/${encodeURIComponent(person)}/household`, {}, signal)).list(
    (m) => ({ personId: m.text("person_id"), name: m.text("name"), shares: m.list((s) => ({ id: s.text("id"), namespace: s.text("namespace"), value: s.text("value") }), "shares") }),
    "members",
  );
}
