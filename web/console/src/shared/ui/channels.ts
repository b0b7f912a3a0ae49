/** One mark and one colour a channel, the same on every screen; colours chosen to differ from one another and from the accent. */
interface ChannelLook {
  mark: { zh: string; en: string };
  light: string;
  dark: string;
}

const looks: Record<string, ChannelLook> = {
  tmall: { mark: { zh: "猫", en: "T" }, light: "#b3303f", dark: "#e0808a" },
  jd: { mark: { zh: "京", en: "J" }, light: "#7d3c78", dark: "#c48bc0" },
  douyin: { mark: { zh: "抖", en: "D" }, light: "#2f3a45", dark: "#9fb0c0" },
  youzan: { mark: { zh: "赞", en: "Y" }, light: "#a36a12", dark: "#d9a655" },
  wechat: { mark: { zh: "微", en: "W" }, light: "#2f7d4f", dark: "#7cc296" },
  wecom: { mark: { zh: "企", en: "C" }, light: "#2a6f86", dark: "#79b7cb" },
  store: { mark: { zh: "店", en: "S" }, light: "#3b5f86", dark: "#86a9d1" },
  site: { mark: { zh: "站", en: "O" }, light: "#6a5fa0", dark: "#a89fd6" },
  sms: { mark: { zh: "信", en: "M" }, light: "#66706a", dark: "#a9b5ae" },
  email: { mark: { zh: "邮", en: "E" }, light: "#5d6b8a", dark: "#a0aecb" },
};

const spare = [
  { light: "#66706a", dark: "#a9b5ae" },
  { light: "#7a5c48", dark: "#c4a48e" },
  { light: "#4c6a5d", dark: "#93b5a5" },
];

export function channelColour(channel: string, dark: boolean): string {
  const look = looks[channel] ?? spare[sum(channel) % spare.length]!;
  return dark ? look.dark : look.light;
}

export function channelMark(channel: string, language: string): string {
  const look = looks[channel];
  return look ? (language === "en" ? look.mark.en : look.mark.zh) : (channel[0] ?? "?").toUpperCase();
}

export const knownChannels = ["tmall", "jd", "douyin", "youzan", "wechat", "store", "site"];

function sum(text: string): number {
  return [...text].reduce((total, letter) => total + letter.charCodeAt(0), 0);
}
