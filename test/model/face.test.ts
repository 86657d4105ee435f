import { describe, expect, it } from "@jest/globals";
import { faceOf } from "../../src/model/face.ts";

describe("how a network shows a post", () => {
  it("is as most have it, for a channel that says nothing of it", () => {
    expect(faceOf("toy-two", {})).toEqual({
      label: "Toy-two",
      place: "stream",
      avatar: "round",
      pictures: "below",
      card: {
        shape: "stacked",
        ratio: 1200 / 630,
        titleLines: 2,
        descriptionLines: 2,
        host: "above",
        fetched: true,
      },
    });
    expect(faceOf("toy", { card: { thumbnailBytes: 1 } }).card.fetched).toBe(false);
  });

  it("is what the channel says, and the rest as it was", () => {
    const face = faceOf("toy", {}, { label: "Toy", fold: 80, card: { titleLines: undefined } });
    expect(face).toMatchObject({ label: "Toy", fold: 80, place: "stream" });
    expect([face.card.titleLines, face.card.descriptionLines]).toEqual([undefined, 2]);
  });
});
