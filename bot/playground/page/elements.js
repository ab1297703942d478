// The parts of blocks that one can press, choose from or fill in.

import { sure } from "./dialogs.js";
import { Files } from "./files.js";
import { Icon } from "./icons.js";
import { Menu } from "./menus.js";
import { plain, words } from "./mrkdwn.js";
import { follow, mine, people, titleOf } from "./store.js";
import { html } from "./vendor/preact.js";
import { t } from "./words.js";

export function optionsOf(part) {
  switch (part.type) {
    case "users_select": case "multi_users_select":
      return people().map((one) => ({ value: one.id, text: { text: one.real_name } }));
    case "conversations_select": case "multi_conversations_select":
    case "channels_select": case "multi_channels_select":
      return mine().map((one) => ({ value: one.id, text: { text: titleOf(one) } }));
    default: return part.options ?? (part.option_groups ?? []).flatMap((group) => group.options);
  }
}

// What an element holds before anybody touches it.
export function initial(part) {
  if (part.initial_options) return part.initial_options.map((one) => one.value);
  return part.initial_option?.value ?? part.initial_value ?? part.initial_user ?? part.initial_conversation
    ?? part.initial_channel ?? part.initial_date ?? part.initial_time ?? (isMany(part) ? [] : "");
}

const isMany = (part) => part.type.startsWith("multi_") || ["checkboxes", "file_input"].includes(part.type);

async function pressed(part, block, view, value) {
  if (part.confirm && !(await sure(part.confirm))) return;
  view.act(part, block, value);
}

function Button({ part, block, view }) {
  const look = part.style === "primary" ? "primary" : part.style ?? "";
  if (part.url) {
    // A link button opens its page, and the app hears of the press as well.
    return html`<a class="button ${look}" href=${part.url} target="_blank" rel="noopener noreferrer"
      aria-label=${part.accessibility_label} onClick=${(event) => { follow(event, part.url); view.act(part, block, null); }}>${words(part.text)}</a>`;
  }
  const label = part.text ? words(part.text) : part.alt_text ?? part.icon;
  return html`<button type="button" class=${look} aria-label=${part.accessibility_label}
    onClick=${() => pressed(part, block, view, null)}>${label}</button>`;
}

function Overflow({ part, block, view }) {
  const items = part.options.map((one) => ({
    label: words(one.text), detail: one.description && words(one.description),
    act: () => { if (one.url) window.open(one.url, "_blank", "noopener"); pressed(part, block, view, one.value); },
  }));
  return html`<${Menu} label="More" className="overflow" items=${items}><${Icon} name="dots" /></${Menu}>`;
}

function Select({ part, id, name, value, change, many }) {
  const isIn = (one) => [value].flat().includes(one.value);
  const option = (one) => html`<option value=${one.value} selected=${isIn(one)}>${words(one.text)}</option>`;
  const inside = part.option_groups
    ? part.option_groups.map((group) => html`<optgroup label=${plain(group.label.text)}>${group.options.map(option)}</optgroup>`)
    : optionsOf(part).map(option);
  const onChange = (event) => change(many
    ? [...event.target.selectedOptions].map((one) => one.value) : event.target.value || null);
  const known = optionsOf(part).some((one) => one.value === value);
  return html`<select id=${id} aria-label=${name} multiple=${many} onChange=${onChange}>
    ${!many && !known && html`<option value="" selected>${part.placeholder?.text ?? t("Choose…")}</option>`}${inside}</select>`;
}

function Choices({ part, id, value, change, type, label }) {
  const chosen = [value ?? []].flat();
  const onChange = (one) => (event) => {
    if (type === "radio") return change(one.value);
    return change(event.target.checked ? [...chosen, one.value] : chosen.filter((each) => each !== one.value));
  };
  return html`<div class="choices" id=${id} role=${type === "radio" ? "radiogroup" : "group"} aria-label=${label}>
    ${optionsOf(part).map((one) => html`<label>
      <input type=${type} name=${`${id}-${part.action_id}`} value=${one.value} checked=${chosen.includes(one.value)}
        onChange=${onChange(one)} />
      <span>${words(one.text)}${one.description && html`<small>${words(one.description)}</small>`}</span></label>`)}
  </div>`;
}

const TYPES = { number_input: "number", email_text_input: "email", url_text_input: "url", datepicker: "date",
  timepicker: "time" };

function Words({ part, id, name, value, change, describedby, entered }) {
  const eager = part.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
  const onInput = (event) => change(event.target.value || null, eager);
  const onKeyDown = (event) => { if (event.key === "Enter" && !part.multiline && !event.isComposing) entered?.(event); };
  const common = { id, "aria-label": name, "aria-describedby": describedby, value: value ?? "", onInput, onKeyDown,
    placeholder: part.placeholder?.text, maxLength: part.max_length ?? 3000, "data-autofocus": part.focus_on_load };
  if (part.multiline || part.type === "rich_text_input") return html`<textarea rows="4" ...${common} />`;
  return html`<input type=${TYPES[part.type] ?? "text"} min=${part.min_value} max=${part.max_value}
    step=${part.type === "number_input" ? (part.is_decimal_allowed ? "any" : "1") : null} autocomplete="off" ...${common} />`;
}

// An input's control. change(value, at once?) keeps what is entered.
export function Control({ part, ...rest }) {
  switch (part.type) {
    case "radio_buttons": return html`<${Choices} part=${part} type="radio" ...${rest} />`;
    case "checkboxes": return html`<${Choices} part=${part} type="checkbox" ...${rest} />`;
    case "file_input": return html`<${Files} part=${part} ...${rest} />`;
    default:
      if (part.type.endsWith("_select")) {
        return html`<${Select} part=${part} many=${part.type.startsWith("multi_")} ...${rest} />`;
      }
      return html`<${Words} part=${part} ...${rest} />`;
  }
}

// An element in a section, an actions block or a message: choosing is acting.
export function Element({ part, block, view }) {
  if (part.type === "button" || part.type === "icon_button" || part.type === "workflow_button") {
    return html`<${Button} part=${part} block=${block} view=${view} />`;
  }
  if (part.type === "overflow") return html`<${Overflow} part=${part} block=${block} view=${view} />`;
  const held = view.held?.(part, block) ?? initial(part);
  const name = part.accessibility_label ?? part.placeholder?.text ?? plain(block.text?.text ?? "Choose");
  const id = `${view.id}-${block.block_id}-${part.action_id}`;
  return html`<${Control} part=${part} id=${id} name=${name} label=${name} value=${held}
    change=${(value) => pressed(part, block, view, value)} />`;
}
