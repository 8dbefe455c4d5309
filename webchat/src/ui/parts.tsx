/**
 * Parts that the widget and the console draw alike: icons, avatars, cards, typing dots.
 *
 * Meaning is never in colour alone: the bot is a square with a mark, a person a circle with a letter.
 */
import type { JSX } from "preact";
import type { Author, Card, Link } from "../wire/frames.js";
import { linkHref } from "./links.js";

const PATHS = {
  close: "M6 6l12 12M18 6 6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M4.5 12 20 4.5 14.5 20l-3-6.5zM11.5 13.5 20 4.5",
  down: "M12 5v13M6.5 12.5 12 18l5.5-5.5",
  download: "M12 4v11M7.5 10.5 12 15l4.5-4.5M5 20h14",
  bot: "M8 9V6.5M16 9V6.5M6 9h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zM9.5 13v1M14.5 13v1",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5",
  invoice: "M6 3.500h12v17l-3-2-3 2-3-2-3 2zM9 8.500h6M9 12.500h6",
  plan: "M12 4l8 4-8 4-8-4zM4 12l8 4 8-4M4 16l8 4 8-4",
  quote: "M4 12 12 4h7v7l-8 8zM15.5 8.500h.01",
  receipt: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.500l2.800 2.800L16 9.5",
  payment: "M3.5 7a1.5 1.5 0 0 1 1.5-1.500h14A1.5 1.5 0 0 1 20.5 7v10a1.5 1.5 0 0 1-1.5 1.500H5A1.5 1.5 0 0 1 3.5 17zM3.5 10h17M7 14.500h3",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.500h.01",
  dot: "M12 12h.01",
  away: "M14 5h5v5M19 5l-8.500 8.500M17 14v5H5V7h5",
  check: "M5 12.500l4.5 4.500L19 7.5",
  warn: "M12 4 2.5 20h19zM12 10v4.500M12 17.200h.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class={`icon i-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The first letters of the first and the last name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  return picked.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}

export function Avatar({ author, name, small }: { author: Author; name: string; small?: boolean }): JSX.Element {
  const shape = author === "bot" ? "bot" : "person";
  const letters = initials(name);
  return (
    <span class={`avatar ${shape}${small ? " small" : ""}`} aria-hidden="true">
      {author === "bot" || !letters ? <Icon name={shape} /> : small ? letters.slice(0, 1) : letters}
    </span>
  );
}

/** A structured part of an answer: labelled rows, then points. All wording is the server's. */
export function CardView({ card }: { card: Card }): JSX.Element {
  return (
    <section class={`facts-card ${card.kind}`} aria-label={card.title}>
      <h3>
        <Icon name={card.kind} />
        {card.title}
      </h3>
      {!!card.rows?.length && (
        <dl>
          {card.rows.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {!!card.points?.length && (
        <ul>
          {card.points.map((point) => (
            <li key={point}>
              <Icon name={card.kind === "info" ? "dot" : "check"} />
              <span>{point}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface LinksProps {
  links: readonly Link[];
  /** Where the gateway is: its paths are in the links. */
  base: string;
  /** What a listener is told behind each title. */
  newTab: string;
}

/** Pages to open, each in a tab of its own that learns nothing of this page. */
export function Links({ links, base, newTab }: LinksProps): JSX.Element | null {
  const shown = links.flatMap(({ title, url }) => {
    const href = linkHref(url, base);
    return href === null ? [] : [{ title, href }];
  });
  if (!shown.length) return null;
  return (
    <ul class="links">
      {shown.map(({ title, href }) => (
        <li key={href}>
          <a href={href} target="_blank" rel="noopener noreferrer">
            {title}
            <Icon name="away" />
            <span class="sr"> ({newTab})</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function TypingDots({ label }: { label: string }): JSX.Element {
  return (
    <span class="dots" role="img" aria-label={label}>
      <i />
      <i />
      <i />
    </span>
  );
}
