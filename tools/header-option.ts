import { UsageError } from './usage-error.ts';

/** These say how a request is sent, and not what it says. */
const OF_THE_REQUEST = /^(host|connection|content-length|transfer-encoding|expect|upgrade|te|trailer)$/i;

/**
 * A header as a command line has it, `--header 'x-key: abc'`; `$NAME` in the value is the environment's.
 * @throws UsageError that says what is wrong with it, and repeats no value: each may be a secret
 */
export function headerOf(
  line: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name))
    throw new UsageError("--header must be a name and a value, such as --header 'x-key: $MY_KEY'");
  if (OF_THE_REQUEST.test(name))
    throw new UsageError(`--header can't be ${name.toLowerCase()}: that is the request's own`);
  const value = line
    .slice(colon + 1)
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
      const { [braced ?? bare ?? '']: found } = environment;
      if (found === undefined || found === '')
        throw new UsageError(`--header ${name} takes ${braced ?? bare} from the environment: set it`);
      return found;
    });
  if (!/^[\t\x20-\x7e]*$/.test(value))
    throw new UsageError(`--header ${name} must have a value of ASCII alone, in one line`);
  return [name.toLowerCase(), value.trim()];
}
