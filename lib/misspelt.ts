import { ContextError } from './context-key.ts';
import { editDistance } from './edit-distance.ts';
import type { Values } from './settings.ts';

/**
 * Refuses a key that is one of ours but for a mistake: other tools keep their keys in the context, too.
 * @throws ContextError naming the key that is meant
 */
export function refuseMisspelt(context: Values, known: readonly string[]): void {
  for (const key of Object.keys(context)) {
    if (known.includes(key)) continue;
    const meant = meantBy(key, known);
    if (meant === undefined) continue;
    throw new ContextError(`the context "${key}" is unknown: did you mean "${meant}"?`);
  }
}

/** Our keys under the names that others have for them. */
const SYNONYMS: Readonly<Record<string, string>> = {
  memory: 'memoryMb',
  memorySize: 'memoryMb',
  retention: 'logRetentionDays',
  concurrency: 'reservedConcurrency',
  email: 'alarmEmail',
  mail: 'alarmEmail',
  sms: 'alarmPhone',
  phone: 'alarmPhone',
  domain: 'domainName',
  certificate: 'certificateArn',
  cert: 'certificateArn',
  kms: 'customerManagedKey',
  kmsKey: 'encryptionKeyArn',
  kmsKeyArn: 'encryptionKeyArn',
  xray: 'tracing',
  env: 'environment',
  vpc: 'vpcId',
  subnets: 'subnetIds',
  layers: 'layerArns',
  policy: 'initialPolicy',
  nodeModules: 'bundling',
  externalModules: 'bundling',
  secrets: 'secretTexts',
  secretNames: 'secretTexts',
};

/** The known key that is meant by another, if one is. */
export function meantBy(key: string, known: readonly string[]): string | undefined {
  const synonym = Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key] : undefined;
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '');
  const sorted = (name: string) => [...name].sort().join('');
  // Others' keys have such signs, and may well begin like one of ours.
  const isLikeOthers = /[:/]/.test(key);
  const spellings = [...new Set(withAndWithoutPrefix(key).map(plain))];
  return known.find(name => {
    const wanted = plain(name);
    return spellings.some(written => {
      const [shorter = '', longer = ''] = [wanted, written].sort((a, b) => a.length - b.length);
      if (shorter.length < 3) return false;
      const isBeginning = !isLikeOthers && shorter.length > 4 && longer.startsWith(shorter);
      const isSwapped = sorted(shorter) === sorted(longer);
      const most = shorter.length > 5 ? 2 : 1;
      // Half of a name is ours; a longer one that ends alike may well be another's.
      const isEnd = !isLikeOthers && shorter === written && shorter.length > 4 && longer.endsWith(shorter);
      if (isBeginning || isEnd || isSwapped) return true;
      return longer.length - shorter.length <= most && editDistance(shorter, longer) <= most;
    });
  });
}

/** A key as it is, and without what other places want before it: an option's hyphens, a variable's project. */
function withAndWithoutPrefix(key: string): readonly string[] {
  return [key, key.replace(/^\W*kakao/i, ''), key.replace(/^\W*kakao\W*_*gateway/i, '')];
}
