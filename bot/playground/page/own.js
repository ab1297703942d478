// Commands that Slack's own client knows; no app hears of them.

import { deed, store } from "./store.js";

export const OWN = [{ command: "/invite", usage_hint: "@somebody", description: "Bring somebody, or the app, into this channel" }];

// words: whom, by the name they are shown or called by.
export function invite(words) {
  const wanted = words.trim().replace(/^@/, "").toLowerCase();
  const who = store.world.users.find((one) => [one.name, one.real_name].some((name) => name.toLowerCase() === wanted));
  if (!who) return { ok: false, error: `nobody here is called ${words.trim() || "that"}` };
  if (store.channel.members.includes(who.id)) return { ok: false, error: `${who.real_name} is already here` };
  return deed({ do: "invite", channel: store.channel.id, who: who.id });
}
