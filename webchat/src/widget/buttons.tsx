/**
 * Buttons under a message: quick replies, dangerous ones, and the order button with its price and terms.
 *
 * Invariants: an order button says exactly the server's title, with price and terms beside it (§ 312j(3) BGB); what
 * costs or ends something is not pressed without a connection, so that it cannot happen hours later; the way to a
 * person stands in the footer alone, not a second time under a message.
 */
import type { JSX } from "preact";
import type { Texts } from "../i18n/index.js";
import type { ShownButton } from "../wire/frames.js";
import type { Chat } from "./panel.js";
import type { Line } from "./view.js";

interface ButtonsProps {
  chat: Chat;
  t: Texts;
  line: Line;
  online: boolean;
}

export function Buttons({ chat, t, line, online }: ButtonsProps): JSX.Element | null {
  const { event, seq, live } = line;
  const indexed = event.buttons.map((button, index) => ({ button, index }));
  const shown = indexed.filter(({ button }) => (live ? button.style !== "person" : button.order));
  if (!shown.length) return null;
  const press = (index: number, label: string) => {
    chat.client.wish({ type: "press", seq, index, label });
    chat.keepFocus();
  };
  return (
    <div class="choices" role="group" aria-label={t.replies}>
      {shown.map(({ button, index }) =>
        button.order ? (
          <Order key={index} t={t} button={button} live={live} online={online} press={() => press(index, button.title)} />
        ) : (
          <Choice key={index} t={t} button={button} online={online} press={() => press(index, button.title)} />
        ),
      )}
    </div>
  );
}

interface ButtonProps {
  t: Texts;
  button: ShownButton;
  online: boolean;
  press: () => void;
}

function Choice({ t, button, online, press }: ButtonProps): JSX.Element {
  const { style, title } = button;
  const off = !online && (style === "danger" || style === "order");
  return (
    <button type="button" class={`choice ${style}`} aria-disabled={off} title={off ? t.needsConnection : undefined} onClick={() => off || press()}>
      {title}
    </button>
  );
}

function Order({ t, button, live, online, press }: ButtonProps & { live: boolean }): JSX.Element {
  const { price, terms } = button.order ?? { price: "", terms: "" };
  return (
    <div class={live ? "order" : "order past"}>
      <p class="price">{price}</p>
      <p class="terms">{terms}</p>
      {live && (
        <button type="button" aria-disabled={!online} onClick={() => online && press()}>
          {button.title}
        </button>
      )}
      {live && !online && <p class="hint">{t.needsConnection}</p>}
    </div>
  );
}
