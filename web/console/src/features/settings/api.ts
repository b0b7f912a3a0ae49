import { get, patch, post, put, remove } from "../../shared/api/http";
import type { Schemas } from "../../shared/api/paths";
import { type Page, page, reading } from "../../shared/api/read";

export interface Brand {
  name: string;
  zone: string;
  currency: string;
  languages: string[];
}

export async function fetchBrand(): Promise<Brand> {
  return toBrand(await get("/v1/settings"));
}

export async function saveBrand(brand: Brand): Promise<Brand> {
  return toBrand(await put("/v1/settings", { brand_name: brand.name, zone: brand.zone, currency: brand.currency, languages: brand.languages }));
}

function toBrand(body: Schemas["Brand"]): Brand {
  const r = reading(body);
  return { name: r.text("brand_name"), zone: r.text("zone") || "Asia/Shanghai", currency: r.text("currency") || "CNY", languages: r.texts("languages") };
}

export interface User {
  name: string;
  title: string;
  role: string;
  disabled: boolean;
  mustChangePassword: boolean;
  lastSignIn: string | null;
  createdAt: string | null;
}

export async function fetchUsers(): Promise<User[]> {
  return page(await get("/v1/users"), (r) => ({
    name: r.text("name"),
    title: r.text("title") || r.text("name"),
    role: r.text("role"),
    disabled: r.flag("disabled"),
    mustChangePassword: r.flag("must_change_password"),
    lastSignIn: r.textOrNull("signed_in_at"),
    createdAt: r.textOrNull("created_at"),
  })).items;
}

/** The one-time password of a new user or after a reset; shown once. */
export async function createUser(user: { name: string; title?: string; role: string }): Promise<string> {
  return oneTimePassword(await post("/v1/users", user));
}

export async function changeUser(name: string, change: { role?: string; disabled?: boolean; reset_password?: boolean }): Promise<string> {
  return oneTimePassword(await patch(`/v1/users/${encodeURIComponent(name)}`, change));
}

function oneTimePassword(body: Schemas["ChangedUserView"]): string {
  return reading(body).text("one_time_password");
}

export interface ApiKey {
  id: string;
  name: string;
  /** Its last four characters. */
  hint: string;
  scopes: string[];
  createdBy: string;
  createdAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export async function fetchApiKeys(): Promise<ApiKey[]> {
  return page(await get("/v1/api-keys"), (r) => ({
    id: r.text("api_key_id"),
    name: r.text("name"),
    hint: r.text("hint"),
    scopes: r.texts("scopes"),
    createdBy: r.text("created_by"),
    createdAt: r.textOrNull("created_at"),
    lastUsedAt: r.textOrNull("used_at"),
    revokedAt: r.textOrNull("revoked_at"),
  })).items;
}

/** The key itself: the server keeps only its hash. */
export async function createApiKey(key: { name: string; scopes: string[] }): Promise<string> {
  return reading(await post("/v1/api-keys", key)).text("key");
}

export async function revokeApiKey(id: string): Promise<void> {
  await remove(`/v1/api-keys/${encodeURIComponent(id)}`);
}

export interface AuditLine {
  id: string;
  at: string | null;
  actor: string;
  action: string;
  target: string;
  detail: unknown;
}

export async function fetchAuditLog(filters: Record<string, string>, cursor: string | null, signal: AbortSignal): Promise<Page<AuditLine>> {
  return page(await get("/v1/audit-log", { ...filters, cursor }, signal), (r) => ({
    id: r.text("entry_id"),
    at: r.textOrNull("at"),
    actor: r.text("actor"),
    action: r.text("action"),
    target: r.text("target"),
    detail: r.any("detail"),
  }));
}

/** All that the log can tell of, by the API's codes. */
export const fetchAuditActions = async (signal?: AbortSignal): Promise<string[]> => reading(await get("/v1/audit-log/actions", {}, signal)).texts("items");
