/** Line icons on a 24 grid; decorative, the control around them has the name. */

const PATHS = {
  inbox: "M4 5h16v11H9l-5 4z",
  chart: "M4 20V4M4 20h16M8 16v-4M12.500 16V8M17 16v-6",
  bell: "M6 16.500V11a6 6 0 0112 0v5.500l1.500 2h-15zM10 21h4",
  mute: "M6 16.500V11a6 6 0 019-5.200M18 12v4.500l1.500 2H8M10 21h4M4 4l16 16",
  edit: "M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19zM14 6.500l3.500 3.500",
  bin: "M4.500 7h15M9.500 7V4.500h5V7M6.500 7l1 12.500h9l1-12.500M10 11v5M14 11v5",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 15a3 3 0 100-6 3 3 0 000 6z",
  help: "M9.2 9.3a2.8 2.8 0 115.1 1.6c-.8 1-2.3 1.4-2.3 3M12 17.2v.1M12 21a9 9 0 100-18 9 9 0 000 18z",
  moon: "M20 14.5A8.5 8.5 0 019.5 4 8.5 8.5 0 1020 14.5z",
  sun: "M12 16.5a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  out: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  back: "M14 6l-6 6 6 6",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 20c1-4 4-5 8-5s7 1 8 5",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-7z",
  lock: "M7 11V8a5 5 0 0110 0v3M6 11h12v9H6z",
  down: "M12 5v14M6 13l6 6 6-6",
  retry: "M4 12a8 8 0 0114-5l2 2M20 4v5h-5M20 12a8 8 0 01-14 5l-2-2M4 20v-5h5",
  approve: "M9 12l2 2 4-5M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z",
  fold: "M6 9l6 6 6-6",
  clip: "M20 11l-8.500 8.500a5 5 0 01-7-7L13 4a3.300 3.300 0 014.700 4.700L9.200 17.200a1.600 1.600 0 01-2.300-2.300l7.600-7.600",
  text: "M4 5h16v11H9l-5 4zM8 9h8M8 12.500h5",
  filter: "M3.500 6h17M6.500 12h11M10 18h4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
