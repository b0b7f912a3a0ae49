import { preferences } from "../../app/preferences";
import type { Person } from "./api";

/** The channels a person is known on: what the server says, else what the identifiers give away. */
export function channelsOf(person: Person): string[] {
  const known = person.channels.length > 0 ? person.channels : person.identifiers.map((i) => channelOfNamespace(i.namespace));
  return [...new Set(known.filter((c) => c !== ""))];
}

const byNamespace: Record<string, string> = {
  tmall_ouid: "tmall", tmall_omid: "tmall", jd_pin: "jd", jd_xid: "jd", douyin_open_id: "douyin", douyin_union_id: "douyin", youzan_yz_open_id: "youzan",
  wechat_openid: "wechat", wechat_unionid: "wechat", wecom_external_userid: "wecom", pos_id: "store", device: "site", cookie: "site",
};

export function channelOfNamespace(namespace: string): string {
  return byNamespace[namespace] ?? "";
}

export function place(person: Person): string {
  return [person.province, person.city].filter((p, i, all) => p !== "" && all.indexOf(p) === i).join(" · ");
}

/** A language tag in words of the console's language; as it is where it is none. */
export function languageWords(tag: string): string {
  if (tag === "") return "";
  try {
    return new Intl.DisplayNames([preferences().language === "zh" ? "zh-CN" : "en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
