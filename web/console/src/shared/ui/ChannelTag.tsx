import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useIsDark } from "../../app/preferences";
import { useCode } from "../state/useCode";
import { channelColour, channelMark } from "./channels";

/** A channel by its mark and name. */
export function ChannelTag({ channel, shop }: { channel: string; shop?: string }) {
  const code = useCode();
  if (channel === "") return <span className="faint">—</span>;
  return (
    <span className="channel">
      <Mark channel={channel} />
      {code("channel", channel)}
      {shop ? <span className="faint">{shop}</span> : null}
    </span>
  );
}

/** Several channels by their marks alone; names on hover and for screen readers. */
export function ChannelMarks({ channels }: { channels: string[] }) {
  const code = useCode();
  if (channels.length === 0) return <span className="faint">—</span>;
  return (
    <span className="channels">
      {channels.map((channel) => (
        <Tooltip key={channel} title={code("channel", channel)}>
          <span className="channel" role="img" aria-label={code("channel", channel)}>
            <Mark channel={channel} />
          </span>
        </Tooltip>
      ))}
    </span>
  );
}

function Mark({ channel }: { channel: string }) {
  const dark = useIsDark();
  const { i18n } = useTranslation();
  return (
    <i aria-hidden style={{ background: channelColour(channel, dark), color: dark ? "#141311" : "#ffffff" }}>
      {channelMark(channel, i18n.language)}
    </i>
  );
}
