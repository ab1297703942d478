// A modal as a dialog: draws a view's blocks, keeps what was typed, sends answers by block id.

import { block as drawBlock, el, words } from "./blocks.js";

const dialog = document.querySelector("#form");
let shown = { id: "", hash: "" };

const flat = (input) => input.options ?? (input.option_groups ?? []).flatMap((group) => group.options);

function held(view, one) {
  const entry = view.state?.values?.[one.block_id]?.[one.element.action_id];
  const input = one.element;
  if (!entry) {
    return input.initial_options?.map((option) => option.value) ?? input.initial_option?.value ?? input.initial_value ?? "";
  }
  return entry.selected_options?.map((option) => option.value) ?? entry.selected_option?.value ?? entry.value ?? "";
}

function choice(one, value, type, page) {
  const chosen = [value].flat();
  return el("div", { class: "choices" }, ...flat(one.element).map((option) => el("label", {},
    el("input", { type, name: one.block_id, value: option.value, checked: chosen.includes(option.value) }),
    words(option.text, page.state), option.description ? el("small", {}, words(option.description, page.state)) : null)));
}

function control(one, value, page) {
  const input = one.element;
  const placeholder = input.placeholder?.text;
  switch (input.type) {
    case "static_select": {
      const known = flat(input).some((option) => option.value === value);
      return el("select", { name: one.block_id }, el("option", { value: "" }, placeholder ?? "Choose…"),
        ...flat(input).map((option) => el("option",
          { value: option.value, selected: known && option.value === value }, words(option.text, page.state))));
    }
    case "radio_buttons": return choice(one, value, "radio", page);
    case "checkboxes": return choice(one, value, "checkbox", page);
    case "file_input": return el("input", { type: "file", name: one.block_id, multiple: (input.max_files ?? 10) > 1 });
    case "number_input":
      return el("input", { type: "number", name: one.block_id, value, placeholder,
        min: input.min_value, max: input.max_value, step: input.is_decimal_allowed ? "any" : "1" });
    default: {
      const made = el(input.multiline ? "textarea" : "input", { name: one.block_id, placeholder,
        maxlength: input.max_length ?? 3000, rows: input.multiline ? 5 : null });
      made.value = value;
      return made;
    }
  }
}

async function gather(view, page) {
  const form = dialog.querySelector("form");
  const values = {};
  for (const one of view.blocks.filter((each) => each.type === "input")) {
    const controls = [...form.elements].filter((each) => each.name === one.block_id);
    if (one.element.type === "file_input") {
      values[one.block_id] = await Promise.all([...controls[0].files].map((file) => page.upload(file)));
    } else if (one.element.type === "checkboxes") {
      values[one.block_id] = controls.filter((each) => each.checked).map((each) => each.value);
    } else if (one.element.type === "radio_buttons") {
      values[one.block_id] = controls.find((each) => each.checked)?.value ?? null;
    } else values[one.block_id] = controls[0].value || null;
  }
  return values;
}

function drawInput(view, one, typed, page) {
  const kept = typed[one.block_id] ?? held(view, one);
  const made = control(one, kept, page);
  if (one.dispatch_action) {
    made.addEventListener("change", async (event) => page.deed({ do: "change", view: view.id,
      action_id: one.element.action_id, block_id: one.block_id, value: event.target.value || null,
      values: await gather(view, page) }));
  }
  const fault = view.errors[one.block_id];
  return el("label", { class: "field" },
    el("b", {}, words(one.label, page.state), one.optional ? el("i", {}, " (optional)") : null), made,
    one.hint ? el("small", {}, words(one.hint, page.state)) : null,
    fault ? el("small", { class: "fault", role: "alert" }, fault) : null);
}

function typedSoFar(view) {
  const form = dialog.querySelector("form");
  if (!form || shown.id !== view.id) return {};
  const texts = [...form.querySelectorAll("textarea, input[type=number], input:not([type])")];
  return Object.fromEntries(texts.filter((each) => each.name).map((each) => [each.name, each.value]));
}

export function drawForm(view, page) {
  const mark = view ? JSON.stringify([view.hash, view.errors]) : "";
  if (!view) {
    if (dialog.open) dialog.close();
    shown = { id: "", hash: "" };
    return;
  }
  if (shown.id === view.id && shown.hash === mark) return;
  const typed = typedSoFar(view);
  shown = { id: view.id, hash: mark };
  const act = async (part, one, value) => page.deed({ do: "change", view: view.id, action_id: part.action_id,
    block_id: one.block_id, value, values: await gather(view, page) });
  const send = async (event) => {
    event.preventDefault();
    page.deed({ do: "submit", view: view.id, values: await gather(view, page) });
  };
  const close = () => page.deed({ do: "close", view: view.id });
  dialog.replaceChildren(el("form", { onsubmit: send },
    el("header", {}, el("h2", {}, words(view.title, page.state)),
      el("button", { type: "button", "aria-label": "Close", onclick: close }, "✕")),
    el("div", { class: "fields-of-form" }, ...view.blocks.map((one) =>
      (one.type === "input" ? drawInput(view, one, typed, page) : drawBlock(one, { state: page.state, act })))),
    view.errors[""] ? el("p", { class: "fault", role: "alert" }, view.errors[""]) : null,
    el("footer", {},
      el("button", { type: "button", onclick: close }, view.close?.text ?? "Cancel"),
      view.submit ? el("button", { class: "primary" }, view.submit.text) : null)));
  dialog.oncancel = (event) => { event.preventDefault(); close(); };
  if (!dialog.open) dialog.showModal();
}
