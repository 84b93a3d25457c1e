import { objectOrEmpty } from '../../lambda/json-reader.ts';
import type { Sentence } from '../language.ts';
import type { Template } from './assembly.ts';

type Properties = Readonly<Record<string, unknown>>;

/** A number of a resource that people count on, and how it is said that there is less. */
interface Measure {
  readonly type: string;
  readonly of: (properties: Properties) => unknown;
  readonly says: (was: number, is: number) => Sentence;
  /** Whether none is as little as there can be; else it is no matter of the setting. */
  readonly isNoneLess?: true;
}

const MEASURES: readonly Measure[] = [
  {
    type: 'AWS::Lambda::Function',
    of: ({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions,
    says: was => ({
      en: `no ${was} runs at once are reserved for a function any more`,
      ko: `함수에 동시 실행 ${was}개를 더는 예약해 두지 않습니다`,
    }),
    isNoneLess: true,
  },
  {
    type: 'AWS::Lambda::Alias',
    of: ({ ProvisionedConcurrencyConfig: config }) => objectOrEmpty(config).ProvisionedConcurrentExecutions,
    says: was => ({
      en: `no ${was} of a function stay started any more: a call may wait for a start`,
      ko: `함수 ${was}개를 더는 켜 두지 않습니다. 요청이 시작을 기다릴 수 있습니다`,
    }),
    isNoneLess: true,
  },
  {
    type: 'AWS::Lambda::Function',
    of: ({ MemorySize }) => MemorySize,
    says: (was, is) => ({
      en: `a function has ${is} MB of memory, and no longer ${was}`,
      ko: `함수의 메모리가 ${was}MB에서 ${is}MB로 줄어듭니다`,
    }),
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    of: ({ ScalingConfig }) => objectOrEmpty(ScalingConfig).MaximumConcurrency,
    says: (was, is) => ({
      en: `${is} late turns are worked on at once, and no longer ${was}`,
      ko: `동시에 처리하는 늦은 답변이 ${was}개에서 ${is}개로 줄어듭니다`,
    }),
  },
  {
    type: 'AWS::ApiGatewayV2::Stage',
    of: ({ DefaultRouteSettings }) => objectOrEmpty(DefaultRouteSettings).ThrottlingRateLimit,
    says: (was, is) => ({
      en: `the API takes ${is} requests a second, and no longer ${was}`,
      ko: `API가 받는 요청이 초당 ${was}개에서 ${is}개로 줄어듭니다`,
    }),
  },
  {
    type: 'AWS::ApiGatewayV2::Stage',
    of: ({ DefaultRouteSettings }) => objectOrEmpty(DefaultRouteSettings).ThrottlingBurstLimit,
    says: (was, is) => ({
      en: `the API takes ${is} requests at once beyond its rate, and no longer ${was}`,
      ko: `API가 그 밖에 한꺼번에 받는 요청이 ${was}개에서 ${is}개로 줄어듭니다`,
    }),
  },
  {
    type: 'AWS::Logs::LogGroup',
    of: ({ RetentionInDays }) => RetentionInDays,
    says: (was, is) => ({
      en: `logs are kept for ${is} days, and no longer for ${was}: what is older is deleted`,
      ko: `로그 보관 기간이 ${was}일에서 ${is}일로 줄어듭니다. 그보다 오래된 것은 지워집니다`,
    }),
  },
];

const URL_CLOSED: Sentence = {
  en: "API Gateway's own URL is closed: whatever calls it reaches nothing; keepApiUrl leaves it open",
  ko: 'API Gateway의 URL을 닫습니다. 그리로 부르면 닿지 않습니다. keepApiUrl로 열어 둘 수 있습니다',
};

/** Tells of which resources that both templates of a stack have another one leaves less, a sentence for each kind of it. */
export function lessened({ Resources: before = {} }: Template, { Resources: after = {} }: Template) {
  const all = new Map<string, Sentence>();
  for (const [id, { Type, Properties: was }] of Object.entries(before)) {
    const { Type: typeNow, Properties: is } = after[id] ?? {};
    if (typeNow === undefined || typeNow !== Type) continue;
    for (const sentence of lessIn(String(Type), objectOrEmpty(was), objectOrEmpty(is)))
      all.set(sentence.en, sentence);
  }
  return [...all.values()];
}

function lessIn(type: string, before: Properties, after: Properties): readonly Sentence[] {
  const less = MEASURES.flatMap(({ type: own, of, says, isNoneLess }) => {
    const was = of(before);
    const is = of(after) ?? (isNoneLess ? 0 : undefined);
    return own === type && typeof was === 'number' && typeof is === 'number' && is < was ? says(was, is) : [];
  });
  const layers = type === 'AWS::Lambda::Function' ? layersGone(before, after) : [];
  const isClosed =
    type === 'AWS::ApiGatewayV2::Api' &&
    after.DisableExecuteApiEndpoint === true &&
    before.DisableExecuteApiEndpoint !== true;
  return [...less, ...layers, ...(isClosed ? [URL_CLOSED] : [])];
}

function layersGone(before: Properties, after: Properties): readonly Sentence[] {
  const left = layersOf(after);
  return layersOf(before)
    .filter(layer => !left.includes(layer))
    .map(layer => ({
      en: `a function has the layer ${layer} no more`,
      ko: `함수에 레이어 ${layer}가 더는 없습니다`,
    }));
}

/** The names of the layers, of which another version is no other layer. */
const layersOf = ({ Layers }: Properties): readonly string[] =>
  (Array.isArray(Layers) ? Layers : [])
    .filter(layer => typeof layer === 'string')
    .map(layer => layer.replace(/:\d{1,9}$/, ''));
