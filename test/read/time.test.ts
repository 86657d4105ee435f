import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readInstant } from "../../src/read/time.ts";

describe("a written time", () => {
  it.each([
    ["2026-03-08", "Europe/Berlin", "2026-03-08T00:00:00+01:00"],
    ["2026-07-08 9:05", "Europe/Berlin", "2026-07-08T09:05:00+02:00"],
    ["2026-03-08T09:00:30.5Z", "Europe/Berlin", "2026-03-08T09:00:30Z"],
    ["2026-03-08 09:00 +0530", "Europe/Berlin", "2026-03-08T09:00:00+05:30"],
    ["2026-03-08T09:00-08", "Europe/Berlin", "2026-03-08T09:00:00-08:00"],
    ["2026-03-08 09:00", "Asia/Kathmandu", "2026-03-08T09:00:00+05:45"],
    ["2026-03-08 09:00", "America/St_Johns", "2026-03-08T09:00:00-02:30"],
    ["2026-03-08 09:00", "UTC", "2026-03-08T09:00:00+00:00"],
    // Half an hour of change: 02:00 to 02:30 comes twice there, 01:45 once.
    ["2026-04-05 01:15", "Australia/Lord_Howe", "2026-04-05T01:15:00+11:00"],
  ])("%s in %s is %s", (written, zone, iso) => {
    expect(readInstant(written, zone, "strict")).toEqual({ iso });
  });

  it.each(["", "tomorrow", "2026-3-8", "08.03.2026", "2026-03-08 09", "2026-03-08 09:00 CET"])(
    "%j is none",
    (written) => {
      expect(readInstant(written, "UTC", "lenient")).toEqual({
        problem: "is not a date such as 2026-03-08 or 2026-03-08 09:00",
      });
    },
  );

  it.each(["2026-02-29", "2026-13-01", "2026-01-01 24:30", "2026-00-10"])(
    "%s is in no calendar",
    (written) => {
      expect(readInstant(written, "UTC", "lenient")).toEqual({ problem: "does not exist in the calendar" });
    },
  );

  it("that the clock change skips or repeats is refused where it decides what happens, with both readings", () => {
    expect(readInstant("2026-03-08 02:30", "America/New_York", "strict")).toEqual({
      problem:
        "does not exist in America/New_York because the clocks change; write 2026-03-08T02:30:00-05:00 or 2026-03-08T02:30:00-04:00",
    });
    expect(readInstant("2026-11-01 01:30", "America/New_York", "strict")).toEqual({
      problem:
        "comes twice in America/New_York because the clocks change; write 2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00",
    });
    expect(readInstant("2026-11-01 01:30", "America/New_York", "lenient")).toEqual({
      iso: "2026-11-01T01:30:00-04:00",
    });
  });

  it("reads any instant back that a zone's own clock shows", () => {
    const zones = fc.constantFrom(
      "Europe/Lisbon",
      "America/New_York",
      "Australia/Lord_Howe",
      "Africa/Cairo",
      "Asia/Tehran",
    );
    const instants = fc.date({
      min: new Date("1975-01-01"),
      max: new Date("2035-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(zones, instants, (zone, instant) => {
        const shown = new Intl.DateTimeFormat("sv", {
          timeZone: zone,
          dateStyle: "short",
          timeStyle: "medium",
        });
        const read = readInstant(shown.format(instant), zone, "strict");
        const seconds = Math.floor(instant.getTime() / 1000) * 1000;
        if ("iso" in read) expect(Date.parse(read.iso)).toBe(seconds);
        else expect(read.problem).toContain("comes twice");
      }),
      { numRuns: 1000 },
    );
  });
});
