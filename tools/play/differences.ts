/** More lines than this nobody reads in a terminal. */
const MAX_LINES = 60;

/** Two values line by line, as JSON: `-` what was expected alone, `+` what came alone. */
export function differencesOf(expected: unknown, came: unknown): string[] {
  const [wanted, found] = [linesOf(expected), linesOf(came)];
  const common = commonLengths(wanted, found);
  const lines: string[] = [];
  let [at, of] = [0, 0];
  while (at < wanted.length || of < found.length) {
    const [left, right] = [wanted[at], found[of]];
    if (left !== undefined && left === right) {
      lines.push(`  ${left}`);
      at++;
      of++;
    } else if (
      left !== undefined &&
      (right === undefined || lengthAt(common, at + 1, of) >= lengthAt(common, at, of + 1))
    ) {
      lines.push(`- ${left}`);
      at++;
    } else {
      lines.push(`+ ${right}`);
      of++;
    }
  }
  return lines;
}

function linesOf(value: unknown): string[] {
  const lines = (JSON.stringify(value, null, 2) ?? String(value)).split('\n');
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), `… ${lines.length - MAX_LINES} …`] : lines;
}

const lengthAt = (lengths: readonly (readonly number[])[], at: number, of: number): number =>
  lengths[at]?.[of] ?? 0;

/** How many lines both have in common from each pair of places on. */
function commonLengths(wanted: readonly string[], found: readonly string[]): number[][] {
  const lengths = Array.from({ length: wanted.length + 1 }, () =>
    new Array<number>(found.length + 1).fill(0),
  );
  for (let at = wanted.length - 1; at >= 0; at--) {
    const { [at]: row = [] } = lengths;
    for (let of = found.length - 1; of >= 0; of--) {
      row[of] =
        wanted[at] === found[of]
          ? lengthAt(lengths, at + 1, of + 1) + 1
          : Math.max(lengthAt(lengths, at + 1, of), lengthAt(lengths, at, of + 1));
    }
  }
  return lengths;
}
