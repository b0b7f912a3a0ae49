import { get, post, put, remove, setCsrf } from "../../shared/api/http";
import { Problem } from "../../shared/api/problem";
import type { Schemas } from "../../shared/api/paths";
import { reading } from "../../shared/api/read";

export interface Session {
  user: string;
  name: string;
  role: string;
  scopes: string[];
  mustChangePassword: boolean;
}

/** Who is signed in; null when nobody is. */
export async function fetchSession(): Promise<Session | null> {
  try {
    return toSession(await get("/v1/session"));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export async function signIn(user: string, password: string): Promise<Session> {
  return toSession(await post("/v1/session", { user, password }));
}

export async function signOut(): Promise<void> {
  await remove("/v1/session");
}

/** `old` and `new` are the current password and the one to come. */
export async function changePassword(change: { old: string; new: string }): Promise<void> {
  await put("/v1/session/password", change);
}

function toSession(body: Schemas["SessionView"]): Session {
  const r = reading(body);
  setCsrf(r.text("csrf"));
  const user = r.text("user");
  return { user, name: r.text("name") || user, role: r.text("role"), scopes: r.texts("scopes"), mustChangePassword: r.flag("must_change_password") };
}
