/** Styles, which the page reads itself. The engine reads everything else. */

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
