// The app's home tab, as the bot published it for the person one is.

import { Block } from "./blocks.js";
import { deed, store } from "./store.js";
import { html, useEffect } from "./vendor/preact.js";
import { t } from "./words.js";

export function Home() {
  const view = store.world.homes?.find((one) => one.user === store.me.id);
  useEffect(() => { deed({ do: "open_home", tab: "home" }); }, [store.me.id]);
  const act = (part, block, value) => deed({ do: "press_home", action_id: part.action_id, block_id: block.block_id, value });
  return html`<div class="home" role="tabpanel" id="panel-home" aria-labelledby="tab-home" tabindex="0">
    ${view ? view.blocks.map((one) => html`<${Block} key=${one.block_id} one=${one} view=${{ id: view.id, act }} />`)
      : html`<p class="empty">${t("{app} has nothing here yet.", { app: store.about.app })}</p>`}
  </div>`;
}
