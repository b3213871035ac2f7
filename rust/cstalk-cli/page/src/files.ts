/** Files that the page itself reads: emotion curves and styles. The engine reads everything else. */

import type { Key } from "./preset.ts";

/** Keys of an emotion curve file; throws an error for people. */
export function readCurve(text: string): Key[] {
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .filter((line) => line.replace(/[,;\t\s]/g, "") !== "");
  const separator = lines[0]?.includes(",") ? "," : lines[0]?.includes(";") ? ";" : "\t";
  const cells = (line: string): string[] => line.split(separator).map((cell) => cell.trim());
  const [time, ...names] = cells(lines[0] ?? "");
  if (time !== "time_s" || names.length === 0)
    throw new Error("wanted an emotion curve with the header time_s,happy,...");
  if (names.some((name) => name.startsWith("strength:")))
    throw new Error("columns strength:PART are for `cstalk animate --emotion-curve`; leave them out here");
  return lines.slice(1).map((line, index): Key => {
    const values = cells(line).map((cell) => Number(separator === "," ? cell : cell.replace(",", ".")));
    if (values.length !== names.length + 1 || values.some((value) => !Number.isFinite(value))) {
      throw new Error(`row ${index + 1}: wanted ${names.length + 1} numbers, got \`${line}\``);
    }
    return {
      time_s: values[0],
      weights: Object.fromEntries(names.map((name, column) => [name, values[column + 1]])),
    };
  });
}

/** Values of a style file, or null for another kind of file. */
export function readStyle(text: string): Record<string, number> | null {
  let file: { schema?: unknown; values?: Record<string, number> };
  try {
    file = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    // The engine says what is wrong with it.
    return null;
  }
  return typeof file.schema === "string" && file.schema.startsWith("cstalk-style/") && file.values
    ? file.values
    : null;
}
