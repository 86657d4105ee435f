const WRITTEN =
  /^(?<date>\d{4}-\d{2}-\d{2})(?:[Tt ]+(?<time>\d{1,2}:\d{2})(?::(?<seconds>\d{2})(?:\.\d+)?)?(?: *(?<zone>[Zz]|[+-]\d{2}(?::?\d{2})?))?)?$/;

/** An instant as ISO 8601 with offset, or what is wrong with the words, as the end of a sentence. */
export type Instant = { readonly iso: string } | { readonly problem: string };

/**
 * Reads "2026-03-08", "2026-03-08 09:00" or a full ISO 8601 time. Without an offset it is local time in `zone`
 * (IANA); a date alone is its midnight.
 * @param clock "strict" refuses a local time that the clock change skips or repeats, with both readings shown:
 *   what happens at that time must not be guessed. "lenient" takes the earlier reading.
 */
export function readInstant(written: string, zone: string, clock: "strict" | "lenient"): Instant {
  const parts = WRITTEN.exec(written.trim())?.groups;
  if (parts === undefined) return { problem: "is not a date such as 2026-03-08 or 2026-03-08 09:00" };
  const local = `${parts.date}T${(parts.time ?? "00:00").padStart(5, "0")}:${parts.seconds ?? "00"}`;
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 19) !== local)
    return { problem: "does not exist in the calendar" };
  if (parts.zone !== undefined) return { iso: local + offsetOf(parts.zone) };
  return inZone(local, wall, zone, clock);
}

/** "+0100", "+01" and "z" as ISO 8601 writes them. */
function offsetOf(zone: string): string {
  if (zone.toUpperCase() === "Z") return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function inZone(local: string, wall: number, zone: string, clock: "strict" | "lenient"): Instant {
  const day = 24 * 60 * 60_000;
  const before = offsetAt(wall - day, zone);
  const after = offsetAt(wall + day, zone);
  // Around a clock change the local time may have one offset, both, or neither.
  const readings = [...new Set([before, after])].filter((offset) => offsetAt(wall - offset, zone) === offset);
  const [first = before] = readings;
  if (clock === "lenient" || readings.length === 1) return { iso: local + showOffset(first) };
  const choice = `${local}${showOffset(before)} or ${local}${showOffset(after)}`;
  const verb = readings.length === 0 ? "does not exist" : "comes twice";
  return { problem: `${verb} in ${zone} because the clocks change; write ${choice}` };
}

/** Milliseconds that the clocks of `zone` are ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  const name = format.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}

function showOffset(offset: number): string {
  const minutes = Math.abs(offset) / 60_000;
  const pad = (number: number) => String(number).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
