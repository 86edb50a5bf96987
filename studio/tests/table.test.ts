import { describe, expect, it } from "vitest";
import { toCsv, toJson } from "../src/text/table";

describe("toCsv", () => {
  it("quotes what needs it", () => expect(toCsv({ columns: ["a", 'b "c"'], rows: [["x,y", 1.5], ["line\nbreak", null]] })).toBe('a,"b ""c"""\r\n"x,y",1.5\r\n"line\nbreak",\r\n'));

  it("lets no spreadsheet take a text for a formula, and leaves negative numbers alone", () =>
    expect(toCsv({ columns: ["a"], rows: [["=1+1"], ["-KL"], ["-3.5"], [-3.5]] })).toBe("a\r\n'=1+1\r\n'-KL\r\n-3.5\r\n-3.5\r\n"));
});

it("toJson names every cell", () => expect(JSON.parse(toJson({ columns: ["a", "b"], rows: [[1, undefined]] }))).toEqual([{ a: 1, b: null }]));
