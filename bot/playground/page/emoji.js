// The emoji that the bot and the page use, by Slack's names.

export const EMOJI = {
  art: "🎨", sparkles: "✨", hourglass: "⌛", hourglass_flowing_sand: "⏳", white_check_mark: "✅", x: "❌",
  warning: "⚠️", frame_with_picture: "🖼️", arrows_counterclockwise: "🔄", wastebasket: "🗑️", lock: "🔒",
  clock1: "🕐", eyes: "👀", tada: "🎉", no_entry: "⛔", no_entry_sign: "🚫", repeat: "🔁", pencil2: "✏️",
  information_source: "ℹ️", rainbow: "🌈", wave: "👋", point_down: "👇", game_die: "🎲", money_with_wings: "💸",
  envelope: "✉️", "+1": "👍", thumbsup: "👍", "-1": "👎", heart: "❤️", joy: "😂", smile: "😄", pray: "🙏", fire: "🔥",
  star: "⭐", bulb: "💡", mag: "🔍", lower_left_paintbrush: "🖌️", camera: "📷", link: "🔗", bell: "🔔", zap: "⚡",
};

// What the picker offers: first those that mean something to the bot.
export const PICKABLE = ["+1", "heart", "joy", "tada", "eyes", "white_check_mark", "repeat", "envelope", "x",
  "fire", "star", "art", "pray", "rainbow", "-1"];
