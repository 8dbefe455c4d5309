/**
 * Two plots, drawn as SVG: bars and a line. The finding is the title; the values stand in a table below.
 *
 * Invariants: no inline styles; what a plot shows is in its table; a value that is not known is left out, never drawn as 0.
 */

import { w } from "./words";

export interface Point {
  readonly name: string;
  readonly value: number | null;
}

interface Props {
  readonly id: string;
  readonly finding: string;
  readonly what: string;
  readonly points: readonly Point[];
  readonly form: (value: number) => string;
  /** What is counted: whole things, seconds, or hundredths, whose axis ends at 100. */
  readonly unit?: Unit;
}

export type Unit = "count" | "seconds" | "percent";

const WIDTH = 640;
const LEFT = 48;
const FOOT = 26;
const HEIGHT = 200;

const MINUTE = 60;
const HOUR = 3600;
/** Steps of time that read as such on a clock. */
const TIMES = [15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR];

function stepOf(rough: number, unit: Unit): number {
  const time = unit === "seconds" ? TIMES.find((one) => one >= rough) : undefined;
  if (time) return time;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(rough)));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? power * 10;
}

/** Round steps from 0 to a little above `most`, no two of which read alike. */
export function ticks(most: number, unit: Unit = "count"): number[] {
  const top = unit === "percent" ? 100 : Math.max(most, 1);
  const step = unit === "percent" ? 25 : stepOf(top / 4, unit);
  return Array.from({ length: Math.ceil(top / step) + 1 }, (_, i) => i * step);
}

const shown = (points: readonly Point[]): readonly (Point & { readonly value: number })[] =>
  points.filter((point): point is Point & { readonly value: number } => point.value !== null);

function Frame({ id, finding, what, points, form, children }: Props & { readonly children: preact.ComponentChildren }) {
  // Nothing is known of any point: the title says so, an empty plot would not.
  if (!shown(points).length) return <figure class="chart"><figcaption>{finding}</figcaption></figure>;
  return (
    <figure class="chart">
      <figcaption id={`${id}-t`}>{finding}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={`${id}-t`} aria-describedby={`${id}-d`}>
        <desc id={`${id}-d`}>{`${what}. ${w("chart_keys")}`}</desc>
        {children}
      </svg>
      <details>
        <summary>{w("table")}</summary>
        <table>
          <caption class="sr">{what}</caption>
          <tbody>
            {points.map((point) => (
              <tr key={point.name}>
                <th scope="row">{point.name}</th>
                <td>{point.value === null ? w("none") : form(point.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** Where a value stands; the axis begins at 0. */
function scale(points: readonly Point[], unit?: Unit) {
  const marks = ticks(Math.max(0, ...shown(points).map((point) => point.value)), unit);
  const top = marks[marks.length - 1] ?? 1;
  const y = (value: number): number => HEIGHT - FOOT - (value / top) * (HEIGHT - FOOT - 10);
  const slot = (WIDTH - LEFT - 8) / Math.max(points.length, 1);
  const x = (place: number): number => LEFT + slot * (place + 0.5);
  return { marks, y, x, slot };
}

function Axes({ points, form, unit }: Pick<Props, "points" | "form" | "unit">) {
  const { marks, y, x, slot } = scale(points, unit);
  const every = Math.max(1, Math.ceil(72 / slot));
  return (
    <g aria-hidden="true">
      {marks.map((mark) => (
        <g key={mark} class="grid">
          <path d={`M${LEFT} ${y(mark)}H${WIDTH - 8}`} />
          <text x={LEFT - 6} y={y(mark) + 4} text-anchor="end">
            {form(mark)}
          </text>
        </g>
      ))}
      {points.map((point, place) =>
        place % every ? null : (
          <text key={point.name} class="axis" x={x(place)} y={HEIGHT - 8} text-anchor="middle">
            {point.name}
          </text>
        ),
      )}
    </g>
  );
}

export function Bars(props: Props) {
  const { y, x, slot } = scale(props.points, props.unit);
  const wide = Math.min(48, slot * 0.7);
  return (
    <Frame {...props}>
      <Axes {...props} />
      {props.points.map((point, place) =>
        point.value === null ? null : (
          <rect
            key={point.name}
            class="bar"
            x={x(place) - wide / 2}
            y={y(point.value)}
            width={wide}
            height={Math.max(0, y(0) - y(point.value))}
            rx="2"
          >
            <title>{`${point.name}: ${props.form(point.value)}`}</title>
          </rect>
        ),
      )}
    </Frame>
  );
}

/** A line breaks where a value is missing. */
export function LineChart(props: Props) {
  const { y, x } = scale(props.points, props.unit);
  const parts: string[] = [];
  let open = false;
  props.points.forEach((point, place) => {
    if (point.value !== null) parts.push(`${open ? "L" : "M"}${x(place)} ${y(point.value)}`);
    open = point.value !== null;
  });
  return (
    <Frame {...props}>
      <Axes {...props} />
      <path class="line" d={parts.join("")} />
      {props.points.map((point, place) =>
        point.value === null ? null : (
          <circle key={point.name} class="dot-mark" cx={x(place)} cy={y(point.value)} r="3.500">
            <title>{`${point.name}: ${props.form(point.value)}`}</title>
          </circle>
        ),
      )}
    </Frame>
  );
}
