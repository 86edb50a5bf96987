import { describe, expect, it } from "vitest";
import { decodedPixels, storedPixels } from "../src/explorer/pixels";

describe("pixels", () => {
  it("decoded numbers come channel by channel, between low and high", () => {
    const picture = { height: 1, width: 2, channels: 3, low: -1, high: 1 };
    expect([...decodedPixels([9, -1, 1, 0, 0, 1, -1], 1, picture)]).toEqual([0, 128, 255, 255, 255, 128, 0, 255]);
  });

  it("stored pictures have their channels last", () => {
    const picture = { height: 1, width: 2, channels: 3, low: 0, high: 1 };
    expect([...storedPixels(Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6), 1, picture)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
  });

  it("grey is grey, and what is beyond the range is cut", () => {
    const picture = { height: 1, width: 2, channels: 1, low: 0, high: 16 };
    expect([...decodedPixels([20, -3], 0, picture)]).toEqual([255, 255, 255, 255, 0, 0, 0, 255]);
  });
});
