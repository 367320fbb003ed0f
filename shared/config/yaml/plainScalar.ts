export type ScalarValue = null | boolean | number | string;

/**
 * What an unquoted YAML word means to a Boskos server. Its reader (sigs.k8s.io/yaml 1.x on yaml.v2) follows YAML 1.1 with
 * additions of its own, each tried on it: `no` is false, `010` is 8, `1_000` is 1000, `1e3` is 1000, `1:30` is text.
 */
export function resolvePlain(text: string): ScalarValue {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  return /^[-+.0-9]/.test(text) ? resolveNumber(text) : text;
}

const WORDS: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...spell(null, ['', '~', 'null', 'Null', 'NULL']),
  ...spell(true, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']),
  ...spell(false, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']),
  ...spell(Infinity, ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']),
  ...spell(-Infinity, ['-.inf', '-.Inf', '-.INF']),
  ...spell(NaN, ['.nan', '.NaN', '.NAN']),
]);

function spell<T>(value: T, words: readonly string[]): [string, T][] {
  return words.map((word) => [word, value]);
}

const INTEGER = /^([-+]?)(0x[0-9a-f]+|0o[0-7]+|0b[01]+|0[0-7]*|[1-9][0-9]*)$/i;
const DECIMAL = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?$/i;

function resolveNumber(text: string): number | string {
  const digits = text.replaceAll('_', '');
  const [, sign, magnitude] = INTEGER.exec(digits) ?? [];
  if (magnitude !== undefined) {
    const number = Number(magnitude.replace(/^0(?=[0-7])/, '0o'));
    return sign === '-' && number !== 0 ? -number : number;
  }
  return DECIMAL.test(digits) ? Number(digits) : text;
}
